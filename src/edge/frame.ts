import type { Payload } from '../protocol/payload.ts';
import { wholeBinary, wholeText } from './frame-header.ts';

/** The length stands in the second byte up to here; above it in the next two bytes, or in eight. */
const SHORT = 125;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** How many bytes an unmasked frame takes on the wire. */
export function frameBytes(payloadBytes: number): number {
  if (payloadBytes <= SHORT) return 2 + payloadBytes;
  return payloadBytes <= 0xffff ? 4 + payloadBytes : 10 + payloadBytes;
}

/** The first two bytes of frames of short text, as characters, by the length of the text. */
const heads = Array.from({ length: SHORT + 1 }, (_, bytes) => String.fromCharCode(wholeText, bytes));

/**
 * A frame of short ASCII text as a string of its bytes (`latin1`), `undefined` for any other payload. Strings are put
 * together at half the cost of writing each by itself; with longer text that no longer pays.
 */
export function shortFrame(payload: Payload, bytes: number): string | undefined {
  if (typeof payload !== 'string' || bytes > SHORT || bytes !== payload.length) return undefined;
  return (heads[bytes] as string) + payload;
}

/**
 * Writes a payload as one unmasked frame, as servers send them.
 *
 * @param bytes The payload's length in bytes: it is known by then, and to count text anew is a third of the work.
 * @returns Where the frame ends.
 */
export function writeFrame(target: Buffer, start: number, payload: Payload, bytes: number): number {
  target[start] = typeof payload === 'string' ? wholeText : wholeBinary;
  const at = writeLength(target, start + 1, bytes);
  if (typeof payload !== 'string') target.set(payload, at);
  // As many bytes as UTF-16 units: it is ASCII, which is written twice as fast.
  else target.write(payload, at, bytes, bytes === payload.length ? 'latin1' : 'utf8');
  return at + bytes;
}

/** What stands on the wire before bytes that are written by themselves, as one frame. */
export function headOf(payload: Uint8Array): Buffer {
  const bytes = payload.byteLength;
  const head = Buffer.allocUnsafe(frameBytes(bytes) - bytes);
  head[0] = wholeBinary;
  writeLength(head, 1, bytes);
  return head;
}

function writeLength(target: Buffer, at: number, bytes: number): number {
  if (bytes <= SHORT) {
    target[at] = bytes;
    return at + 1;
  }
  if (bytes <= 0xffff) {
    target[at] = TWO_BYTES;
    return target.writeUInt16BE(bytes, at + 1);
  }
  target[at] = EIGHT_BYTES;
  // Node has no buffer of 2^48 bytes.
  return target.writeUIntBE(bytes, target.writeUInt16BE(0, at + 1), 6);
}
