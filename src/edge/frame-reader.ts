import { isUtf8 } from 'node:buffer';
import type { Payload } from '../protocol/payload.ts';
import { brokenHeader, notUtf8, tooLong, tooManyChunks, tooManyFragments } from './breach.ts';
import { type FrameHeader, opcode, partBegun, readHeader, wholeBinary, wholeText } from './frame-header.ts';
import { UnfinishedMessage } from './unfinished-message.ts';
import { unmask } from './unmask.ts';

/** The limits of `ws`, by its names; 0 is no limit. */
export interface FrameLimits {
  readonly maxPayload: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
}

/** Where a reader's findings go. */
export interface FrameHost {
  /** A message is whole. Bytes keep nothing else in memory. */
  received(payload: Payload): void;
  /** A chunk for `ws`: a whole control frame, what makes it find a violation, or what comes behind that. */
  pass(chunk: Buffer): void;
}

/**
 * Reads what a client sends. It makes messages of the data frames, by the rules and limits of `ws`; `ws` itself sees
 * only whole control frames and violations, and does with them what it always does.
 *
 * ```
 *   chunk -+-> message of one frame, whole --------------------------+-> received
 *          +-> frame cut off, or a fragment --> UnfinishedMessage ---+
 *          +-> control frame, whole ---------------------------------+-> pass
 *          +-> what breaks the protocol, and all that comes behind --+
 * ```
 *
 * A text fails with its first byte that is not UTF-8, not only when all of it is there.
 */
export class FrameReader {
  readonly #host: FrameHost;
  readonly #limits: FrameLimits;
  /** What has come of a frame whose header, or all of which if it is a control frame, is not there yet. */
  #begun: Buffer | undefined;
  #message: UnfinishedMessage | undefined;
  /** How many chunks `ws` would hold of a frame that is not whole; see `partBegun`. */
  #chunks = 0;
  /** Behind a Close or a violation nothing counts; what is done about it is up to `ws`. */
  #over = false;

  constructor(host: FrameHost, limits: FrameLimits) {
    this.#host = host;
    this.#limits = limits;
  }

  read(chunk: Buffer): void {
    const { maxBufferedChunks } = this.#limits;
    if (this.#over) this.#host.pass(chunk);
    else if (maxBufferedChunks > 0 && this.#chunks >= maxBufferedChunks) this.#breach(tooManyChunks(maxBufferedChunks));
    else if (this.#begun !== undefined) this.#readOn(this.#begun, chunk);
    else this.#read(chunk, this.#continue(chunk), 0);
  }

  /** Goes on with a frame of which a little is there; it is a header or a control frame, so that this is rare. */
  #readOn(begun: Buffer, chunk: Buffer): void {
    this.#begun = undefined;
    this.#read(Buffer.concat([begun, chunk]), 0, begun.length);
  }

  /** Goes on with the payload of a frame that is cut off; answers where the next frame begins. */
  #continue(chunk: Buffer): number {
    const message = this.#message;
    if (message === undefined || message.left === 0) return 0;
    this.#chunks++;
    return this.#fill(message, chunk, 0);
  }

  /** @param known How many of the first bytes have come earlier. */
  #read(bytes: Buffer, from: number, known: number): void {
    let at = from;
    while (at < bytes.length && !this.#over) {
      if (this.#message === undefined) at = this.#wholeMessages(bytes, at);
      if (at < bytes.length && !this.#over) at = this.#frame(bytes, at, known);
    }
  }

  /** The common case: messages of one frame each that are whole in the chunk. Answers what it stops at. */
  #wholeMessages(bytes: Buffer, from: number): number {
    const maxPayload = this.#maxPayload;
    let at = from;
    while (bytes.length - at >= 6) {
      const first = bytes[at] as number;
      const second = bytes[at + 1] as number;
      if ((first !== wholeText && first !== wholeBinary) || second < 0x80) break;
      let length = second & 0x7f;
      let start = at + 6;
      if (length >= 126) {
        // Longer than 64 KiB is longer than what one read brings.
        if (length === 127 || bytes.length - at < 8) break;
        length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
        start = at + 8;
      }
      const end = start + length;
      if (end > bytes.length || length > maxPayload) break;
      const payload = takePayload(first, bytes, start, end);
      if (payload === undefined) {
        this.#breach(notUtf8);
        break;
      }
      at = end;
      this.#host.received(payload);
    }
    return at;
  }

  /** Any frame. Answers where the next one begins, or the end if more has to come or nothing counts any more. */
  #frame(bytes: Buffer, at: number, known: number): number {
    const header = readHeader(bytes, at, this.#message, this.#maxPayload);
    if (header === 'broken') this.#breach(brokenHeader(bytes.subarray(at), this.#message));
    else if (header === 'too long') this.#breach(tooLong);
    else if (header === 'incomplete') this.#hold(bytes, at, known);
    else if (header.opcode < opcode.close) return this.#fill(this.#begin(header), bytes, header.start);
    else if (header.start + header.length > bytes.length) this.#hold(bytes, at, known);
    else return this.#control(header, bytes, at);
    return bytes.length;
  }

  #begin(header: FrameHeader): UnfinishedMessage {
    this.#message ??= new UnfinishedMessage(header.opcode);
    this.#message.begin(header);
    this.#chunks = 0;
    return this.#message;
  }

  /** Takes what has come of a frame's payload; answers where that ends. */
  #fill(message: UnfinishedMessage, bytes: Buffer, start: number): number {
    const end = Math.min(start + message.left, bytes.length);
    const { maxFragments } = this.#limits;
    if (!message.take(bytes.subarray(start, end), this.#maxPayload)) this.#breach(notUtf8);
    else if (message.left > 0) this.#chunks ||= end > start ? 1 : 0;
    else if (maxFragments > 0 && message.fragments > maxFragments) this.#breach(tooManyFragments(maxFragments));
    else this.#filled(message);
    return end;
  }

  /** A frame of a message is whole. */
  #filled(message: UnfinishedMessage): void {
    this.#chunks = 0;
    if (!message.isWhole) return;
    this.#message = undefined;
    const payload = message.payload();
    if (payload === undefined) this.#breach(notUtf8);
    else this.#host.received(payload);
  }

  #control({ opcode: code, start, length }: FrameHeader, bytes: Buffer, at: number): number {
    const end = start + length;
    if (code === opcode.close) {
      this.#over = true;
      this.#message = undefined;
    }
    this.#host.pass(bytes.subarray(at, end));
    return end;
  }

  /** Keeps the beginning of a frame until more of it comes. */
  #hold(bytes: Buffer, at: number, known: number): void {
    // A copy of its own: a view would keep the whole chunk in memory, one from Node's pool a page of that.
    const begun = Buffer.allocUnsafeSlow(bytes.length - at);
    bytes.copy(begun, 0, at);
    const part = partBegun(begun);
    if (at === 0 && part < known) this.#chunks++;
    else this.#chunks = begun.length > part ? 1 : 0;
    this.#begun = begun;
  }

  #breach(chunks: readonly Buffer[]): void {
    this.#over = true;
    this.#message = undefined;
    for (const chunk of chunks) this.#host.pass(chunk);
  }

  get #maxPayload(): number {
    return this.#limits.maxPayload || Number.POSITIVE_INFINITY;
  }
}

/** Unmasks and takes out the payload of a whole message; `undefined` for a text that is not UTF-8. */
function takePayload(first: number, bytes: Buffer, start: number, end: number): Payload | undefined {
  const isAscii = unmask(bytes, start, end, bytes.readInt32BE(start - 4));
  if (first === wholeBinary) return new Uint8Array(bytes.subarray(start, end));
  if (isAscii) return bytes.toString('latin1', start, end);
  return isUtf8(bytes.subarray(start, end)) ? bytes.toString('utf8', start, end) : undefined;
}
