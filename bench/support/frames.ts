// As much of RFC 6455's framing as a client needs that sends and receives short messages.

export const TEXT = 0x1;
export const PING = 0x9;
export const PONG = 0xa;

const FIN = 0x80;
const MASKED = 0x80;
const MASK = [0x9d, 0x3b, 0x5c, 0xe7] as const;

/** A whole message of less than 126 bytes in one frame, masked as a client must. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  if (payload.length > 125) throw new RangeError(`A payload of ${payload.length} bytes is too long for a short frame.`);
  const frame = Buffer.allocUnsafe(6 + payload.length);
  frame[0] = FIN | opcode;
  frame[1] = MASKED | payload.length;
  frame.set(MASK, 2);
  for (let i = 0; i < payload.length; i++) frame[6 + i] = (payload[i] ?? 0) ^ (MASK[i & 3] ?? 0);
  return frame;
}

export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Where the next frame begins. */
  readonly end: number;
}

/** The frame that begins at `start`, or undefined while it is not complete. */
export function serverFrame(bytes: Buffer, start: number): ServerFrame | undefined {
  const header = bytes.subarray(start, start + 2);
  if (header.length < 2) return undefined;
  const [first = 0, length = 0] = header;
  if (!(first & FIN) || length > 125) throw new Error(`Not a short, whole frame: 0x${header.toString('hex')}.`);
  const end = start + 2 + length;
  if (bytes.length < end) return undefined;
  return { opcode: first & 0x0f, payload: bytes.subarray(start + 2, end), end };
}
