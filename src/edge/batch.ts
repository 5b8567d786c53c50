import type { Payload } from '../protocol/payload.ts';
import { frameBytes, shortFrame, writeFrame } from './frame.ts';

/** Messages of one socket that are written together. */
export class Batch {
  readonly #payloads: Payload[] = [];
  readonly #sizes: number[] = [];
  #bytes = 0;

  /** What it takes on the wire. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes are copied: whoever sends them may use them again at once. */
  add(payload: Payload): void {
    const bytes = sizeOf(payload);
    this.#payloads.push(typeof payload === 'string' ? payload : Buffer.from(payload));
    this.#sizes.push(bytes);
    this.#bytes += frameBytes(bytes);
  }

  /** All messages as frames, in order. The Buffer may be one that others are given as well. */
  encode(): Buffer {
    if (this.#isLikeLast()) return last.encoded;
    const encoded = Buffer.allocUnsafe(this.#bytes);
    this.#writeTo(encoded);
    last = { payloads: this.#payloads, encoded };
    return encoded;
  }

  #writeTo(target: Buffer): void {
    // Frames of short text that follow each other are written as one string.
    let texts = '';
    let at = 0;
    for (let i = 0; i < this.#payloads.length; i++) {
      const payload = this.#payloads[i] as Payload;
      const bytes = this.#sizes[i] as number;
      const text = shortFrame(payload, bytes);
      if (text !== undefined) {
        texts += text;
        continue;
      }
      at += target.write(texts, at, 'latin1');
      texts = '';
      at = writeFrame(target, at, payload, bytes);
    }
    target.write(texts, at, 'latin1');
  }

  /**
   * Whether the batch that was encoded before has the same messages, as in a room in which all are sent the same text: it
   * is then encoded once for all of them.
   */
  #isLikeLast(): boolean {
    const { payloads } = last;
    if (payloads.length !== this.#payloads.length) return false;
    for (let i = 0; i < payloads.length; i++) if (payloads[i] !== this.#payloads[i]) return false;
    return true;
  }
}

interface Encoded {
  readonly payloads: readonly Payload[];
  readonly encoded: Buffer;
}

const nothing: Encoded = { payloads: [], encoded: Buffer.alloc(0) };

let last = nothing;

/** Lets go of what was encoded last: nobody is going to need the same in the next turn. */
export function forgetLastBatch(): void {
  last = nothing;
  sized = '';
  sizedBytes = 0;
}

let sized = '';
let sizedBytes = 0;

/** In a room the same text is sent to one after the other, and comparing a string with itself is free. */
function sizeOf(payload: Payload): number {
  if (typeof payload !== 'string') return payload.byteLength;
  if (payload !== sized) {
    sized = payload;
    sizedBytes = Buffer.byteLength(payload);
  }
  return sizedBytes;
}
