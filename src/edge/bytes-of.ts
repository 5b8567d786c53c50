/** A view into what was read would keep all of it, up to 64 KiB, for as long as somebody keeps the message. */
export function bytesOf(buffer: Buffer): Uint8Array {
  if (buffer.byteLength === buffer.buffer.byteLength) return new Uint8Array(buffer.buffer as ArrayBuffer);
  return new Uint8Array(buffer);
}
