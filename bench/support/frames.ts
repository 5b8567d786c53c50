// As much of RFC 6455's framing as a client needs whose messages are one frame each.

export const TEXT = 0x1;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

const FIN = 0x80;
const MASKED = 0x80;
/** Longer payloads have their length in two or in eight further bytes. */
const SHORT = 125;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;
export const MASK = [0x9d, 0x3b, 0x5c, 0xe7] as const;

/** A whole message in one frame, masked as a client must. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const start = payloadStart(payload.length);
  const frame = Buffer.allocUnsafe(start + payload.length);
  writeHead(frame, opcode, MASKED, payload.length);
  frame.set(MASK, start - MASK.length);
  for (let i = 0; i < payload.length; i++) frame[start + i] = (payload[i] ?? 0) ^ (MASK[i & 3] ?? 0);
  return frame;
}

/** A whole message in one frame as a server sends it. */
export function serverFrameOf(opcode: number, payload: Buffer): Buffer {
  const start = payloadStart(payload.length) - MASK.length;
  const frame = Buffer.allocUnsafe(start + payload.length);
  writeHead(frame, opcode, 0, payload.length);
  frame.set(payload, start);
  return frame;
}

function writeHead(frame: Buffer, opcode: number, masked: number, length: number): void {
  frame[0] = FIN | opcode;
  if (length <= SHORT) {
    frame[1] = masked | length;
  } else if (length <= 0xffff) {
    frame[1] = masked | TWO_BYTES;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = masked | EIGHT_BYTES;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
}

/** Where in a client's frame the payload begins. */
export function payloadStart(length: number): number {
  return MASK.length + (length <= SHORT ? 2 : length <= 0xffff ? 4 : 10);
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
  const [first = 0, second = 0] = header;
  if (!(first & FIN) || second & MASKED) throw new Error(`Not a server's whole frame: 0x${header.toString('hex')}.`);
  const begin = start + (second <= SHORT ? 2 : second === TWO_BYTES ? 4 : 10);
  if (bytes.length < begin) return undefined;
  const end = begin + (second <= SHORT ? second : longLength(bytes, start));
  if (bytes.length < end) return undefined;
  return { opcode: first & 0x0f, payload: bytes.subarray(begin, end), end };
}

function longLength(bytes: Buffer, start: number): number {
  return bytes[start + 1] === TWO_BYTES ? bytes.readUInt16BE(start + 2) : Number(bytes.readBigUInt64BE(start + 2));
}
