import type { Payload } from '../protocol/payload.ts';
import { frameBytes, shortFrame, writeFrame } from './frame.ts';

/**
 * Messages that one socket is sent in one turn, and that are written together: the last of them, and what came before.
 *
 * Whoever is sent the same gets the same batch, as in a room in which one text is for all: it is encoded once, and the
 * others of the room need no memory of their own.
 *
 * ```
 *   no messages --+-- 'a' --+-- 'b'     a room of two that was sent 'a' and 'b'
 *                 |         +-- 'c'     and a third that was sent 'a' and 'c'
 *                 +-- 'd'
 * ```
 */
export class Batch {
  readonly #before: Batch | undefined;
  readonly #payload: Payload;
  /** Bytes of the payload. */
  readonly #size: number;
  /** What it takes on the wire. */
  readonly bytes: number;
  /** The batch with one message more, as it was last asked for. */
  #next: Batch | undefined;
  #encoded: Buffer | undefined;

  private constructor(before: Batch | undefined, payload: Payload) {
    const size = sizeOf(payload);
    this.#before = before;
    this.#payload = payload;
    this.#size = size;
    this.bytes = (before === undefined ? 0 : before.bytes) + frameBytes(size);
  }

  /**
   * A batch with one message more. Bytes are copied: whoever sends them may use them again at once.
   *
   * @param before The messages so far, if there are any.
   */
  static with(before: Batch | undefined, payload: Payload): Batch {
    const known = before === undefined ? first : before.#next;
    if (known !== undefined && isSame(known.#payload, payload)) return known;
    const batch = new Batch(before, typeof payload === 'string' ? payload : Buffer.from(payload));
    if (before === undefined) first = batch;
    else before.#next = batch;
    return batch;
  }

  /** All messages as frames, in order. The Buffer is one for all that have the batch. */
  encode(): Buffer {
    this.#encoded ??= this.#encode();
    return this.#encoded;
  }

  #encode(): Buffer {
    const target = Buffer.allocUnsafe(this.bytes);
    // Frames of short text that follow each other are written as one string.
    let texts = '';
    let at = 0;
    for (const message of this.#messages()) {
      const text = shortFrame(message.#payload, message.#size);
      if (text !== undefined) {
        texts += text;
        continue;
      }
      at += target.write(texts, at, 'latin1');
      texts = '';
      at = writeFrame(target, at, message.#payload, message.#size);
    }
    target.write(texts, at, 'latin1');
    return target;
  }

  /** The batches that this one came of, the shortest first, and this one. */
  #messages(): Batch[] {
    const all: Batch[] = [];
    for (let batch: Batch | undefined = this; batch !== undefined; batch = batch.#before) all.push(batch);
    return all.reverse();
  }
}

/** The batch of one message that was made last. */
let first: Batch | undefined;

/** Lets go of all batches: in the next turn hardly anybody is sent the same. */
export function forgetBatches(): void {
  first = undefined;
}

function sizeOf(payload: Payload): number {
  return typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength;
}

function isSame(one: Payload, other: Payload): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return one.byteLength === other.byteLength && Buffer.compare(one, other) === 0;
}
