import { CLOSE, PING, serverFrame } from '../support/frames.ts';

/**
 * The bytes that a server must send: the same frames, all of one length, again and again. There are more of them than
 * can be under way at once, so a message that is lost, doubled, swapped or altered differs from the one that is due.
 */
export class Expected {
  /** So many messages have come whole. */
  received = 0;
  /** Whether the server has said that it is at its end. */
  ended = false;
  readonly #cycle: Buffer;
  readonly #frameBytes: number;
  /** Where in the cycle the next byte is, and how much of a message has come. */
  #at = 0;
  #begun = 0;

  constructor(frames: readonly Buffer[]) {
    this.#cycle = Buffer.concat(frames);
    this.#frameBytes = this.#cycle.length / frames.length;
    if (frames.some(({ length }) => length !== this.#frameBytes)) throw new Error('The frames differ in length.');
  }

  /** Compares, and answers how many messages have become whole. Throws when something else came. */
  take(chunk: Buffer, onPing: (payload: Buffer) => void): number {
    const before = this.received;
    for (let from = 0; from < chunk.length; ) {
      const length = Math.min(chunk.length - from, this.#cycle.length - this.#at);
      if (this.#cycle.compare(chunk, from, from + length, this.#at, this.#at + length) === 0) {
        this.#advance(length);
        from += length;
      } else {
        from = this.#control(chunk, from, onPing);
      }
    }
    return this.received - before;
  }

  #advance(length: number): void {
    this.#at = (this.#at + length) % this.#cycle.length;
    const bytes = this.#begun + length;
    this.#begun = bytes % this.#frameBytes;
    this.received += (bytes - this.#begun) / this.#frameBytes;
  }

  /** Something differs: takes what is right, and then a Ping or a Close that lies between two messages. */
  #control(chunk: Buffer, start: number, onPing: (payload: Buffer) => void): number {
    let from = start;
    while (chunk[from] === this.#cycle[this.#at] && from < chunk.length) {
      this.#advance(1);
      from++;
    }
    const frame = this.#begun === 0 && !this.ended ? serverFrame(chunk, from) : undefined;
    if (frame?.opcode === PING) {
      onPing(frame.payload);
      return frame.end;
    }
    if (frame?.opcode === CLOSE && frame.end === chunk.length) {
      this.ended = true;
      return frame.end;
    }
    const due = this.#cycle.subarray(this.#at - this.#begun).subarray(0, Math.min(this.#frameBytes, 80));
    const came = chunk.subarray(Math.max(0, from - this.#begun)).subarray(0, 80);
    throw new Error(`After ${this.received} messages came "${came}" where "${due}" was due.`);
  }
}
