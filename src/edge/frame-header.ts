/** The opcodes of RFC 6455 section 5.2 that are told apart here. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, pong: 10 } as const;

/** FIN and the opcode: the first byte of a message that is one frame. */
export const wholeText: number = 0x80 | opcode.text;
export const wholeBinary: number = 0x80 | opcode.binary;

/** A frame's header. */
export interface FrameHeader {
  readonly opcode: number;
  readonly fin: boolean;
  /** Four bytes, the first one highest. */
  readonly mask: number;
  /** Where the payload begins. */
  readonly start: number;
  readonly length: number;
}

/** The message that frames belong to, as far as its next header has to fit. */
export interface Continued {
  /** How many bytes of payload have been announced so far. */
  readonly announced: number;
}

/** A control frame carries no more (RFC 6455 section 5.5). */
const longestControl = 125;
const maskBytes = 4;

/**
 * Reads the header of a client's frame. It is judged as its bytes come, as `ws` does: the first two, then the length,
 * and only then the mask has to be there.
 *
 * - `incomplete`: what has come of it is right so far.
 * - `broken`: it breaks RFC 6455, or announces more than 2^53 - 1 bytes.
 * - `too long`: its message is over `maxPayload`.
 */
export function readHeader(
  bytes: Buffer,
  at: number,
  message: Continued | undefined,
  maxPayload: number,
): FrameHeader | 'incomplete' | 'broken' | 'too long' {
  const there = bytes.length - at;
  if (there < 2) return 'incomplete';
  const first = bytes[at] as number;
  const second = bytes[at + 1] as number;
  if (isBroken(first, second, message !== undefined)) return 'broken';
  const maskAt = at + 2 + lengthBytes(second);
  if (bytes.length < maskAt) return 'incomplete';
  const length = lengthOf(bytes, at, second);
  if (length > Number.MAX_SAFE_INTEGER) return 'broken';
  const announced = message === undefined ? length : message.announced + length;
  if (!isControl(first) && announced > maxPayload) return 'too long';
  if (bytes.length < maskAt + maskBytes) return 'incomplete';
  return {
    opcode: first & 0x0f,
    fin: first >= 0x80,
    mask: bytes.readInt32BE(maskAt),
    start: maskAt + maskBytes,
    length,
  };
}

/** Whether a header may not begin so, given that a fragmented message is open or not. */
function isBroken(first: number, second: number, isOpen: boolean): boolean {
  const isReserved = (first & 0x70) !== 0;
  const isMasked = second >= 0x80;
  if (isReserved || !isMasked) return true;
  const code = first & 0x0f;
  if (code === opcode.continuation) return !isOpen;
  if (code <= opcode.binary) return isOpen;
  if (code < opcode.close || code > opcode.pong) return true;
  const length = second & 0x7f;
  return first < 0x80 || length > longestControl || (code === opcode.close && length === 1);
}

function isControl(first: number): boolean {
  return (first & 0x08) !== 0;
}

function lengthBytes(second: number): number {
  const short = second & 0x7f;
  return short === 126 ? 2 : short === 127 ? 8 : 0;
}

function lengthOf(bytes: Buffer, at: number, second: number): number {
  const short = second & 0x7f;
  if (short === 126) return bytes.readUInt16BE(at + 2);
  if (short === 127) return bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
  return short;
}

/**
 * Where the part begins that a frame that has come so far waits for: the first two bytes, the length, the mask or the
 * payload. `ws` takes each as one and keeps what it has of it as the chunks that it came in, which it counts.
 */
export function partBegun(frame: Buffer): number {
  const there = frame.length;
  if (there < 2) return 0;
  const maskAt = 2 + lengthBytes(frame[1] as number);
  if (there < maskAt) return 2;
  return there < maskAt + maskBytes ? maskAt : maskAt + maskBytes;
}
