import type { Payload } from '../protocol/payload.ts';
import { bytesOf } from './bytes-of.ts';
import { type FrameHeader, opcode } from './frame-header.ts';
import { rotate, unmask } from './unmask.ts';
import { Utf8Check } from './utf8-check.ts';

/** The least that is made room for, unless less is to come. */
const leastRoom = 512;

const nothing = Buffer.alloc(0);

/**
 * A message of which something is still to come: its frame is cut off by the end of a chunk, or it has several.
 * What has come is kept in one Buffer of its own that grows with it, so that neither many small pieces nor a length
 * that is only announced can make it larger than about twice what has come, or than the message may be.
 */
export class UnfinishedMessage {
  readonly #utf8: Utf8Check | undefined;
  #bytes = nothing;
  #length = 0;
  /** Frames that have begun. */
  fragments = 0;
  /** Bytes of payload that all frames together have announced. */
  announced = 0;
  #mask = 0;
  #isLast = false;

  constructor(code: number) {
    this.#utf8 = code === opcode.text ? new Utf8Check() : undefined;
  }

  get opcode(): number {
    return this.#utf8 === undefined ? opcode.binary : opcode.text;
  }

  /** Bytes of the frame's payload that are still to come. */
  get left(): number {
    return this.announced - this.#length;
  }

  get isWhole(): boolean {
    return this.#isLast && this.left === 0;
  }

  /** The next frame begins. */
  begin({ fin, length, mask }: FrameHeader): void {
    this.fragments++;
    this.announced += length;
    this.#mask = mask;
    this.#isLast = fin;
  }

  /** Takes some of the frame's payload, masked; answers whether the text can still be valid. */
  take(masked: Buffer, maxPayload: number): boolean {
    const from = this.#length;
    this.#makeRoom(from + masked.length, this.#isLast ? this.announced : maxPayload);
    this.#bytes.set(masked, from);
    this.#length += masked.length;
    unmask(this.#bytes, from, this.#length, this.#mask);
    this.#mask = rotate(this.#mask, masked.length);
    return this.#utf8?.take(this.#bytes.subarray(from, this.#length)) ?? true;
  }

  /** The payload of a whole message; `undefined` for a text that ends inside of a character. */
  payload(): Payload | undefined {
    const bytes = this.#bytes.subarray(0, this.#length);
    if (this.#utf8 === undefined) return bytesOf(bytes);
    return this.#utf8.complete ? bytes.toString() : undefined;
  }

  #makeRoom(needed: number, most: number): void {
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(needed * 2, leastRoom), most));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
