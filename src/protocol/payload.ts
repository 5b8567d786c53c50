/** One WebSocket message before decoding or after encoding: a string travels as text, bytes as binary. */
export type Payload = string | Uint8Array;

/** A payload's length on the wire in bytes, without the frame header; text counts as UTF-8. */
export function byteLength(payload: Payload): number {
  return typeof payload === 'string' ? utf8Length(payload) : payload.byteLength;
}

/** From about this length on encoding costs less than counting: at 16 KiB a seventh of it. */
const longText = 1_024;

const encoder = new TextEncoder();

function utf8Length(text: string): number {
  if (text.length >= longText) return encoder.encode(text).length;
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A surrogate pair is two units and four bytes; a lone surrogate becomes U+FFFD, three bytes.
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
