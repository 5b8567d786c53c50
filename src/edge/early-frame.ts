/**
 * A frame of a peer that does not wait for the answer to its upgrade request, as no WebSocket does: RFC 6455 section
 * 5.2, with a mask of zeros, and at most 125 bytes.
 */
export function earlyFrame(opcode: number, payload: string | Uint8Array): Buffer {
  const bytes = Buffer.from(payload as Uint8Array);
  if (bytes.length > 125) throw new RangeError('Before the handshake is answered a peer may send 125 bytes at once.');
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]);
}
