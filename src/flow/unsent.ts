import type { Payload } from '../protocol/payload.ts';
import { Fifo } from './fifo.ts';

/** A payload that waits to be handed to the socket. */
export interface Waiting {
  payload: Payload;
  bytes: number;
  readonly key: unknown;
}

/** The key of a message that no policy was asked about: it may be of any key. */
export const anyKey: unique symbol = Symbol('any key');

/**
 * The payloads that wait for the socket, in order. One with a key can be replaced in its place by a later one, as long
 * as nothing of any key came in between: that would then be sent last, and be the older of the two.
 */
export class Unsent {
  readonly #entries = new Fifo<Waiting>();
  #byKey: Map<unknown, Waiting> | undefined;
  #bytes = 0;

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Appends a payload; its key, where it has one, is not among those that wait. */
  push(payload: Payload, bytes: number, key: unknown): void {
    const entry = { payload, bytes, key };
    this.#entries.push(entry);
    this.#bytes += bytes;
    if (key === anyKey) this.#byKey = undefined;
    else if (key !== undefined) {
      this.#byKey ??= new Map();
      this.#byKey.set(key, entry);
    }
  }

  /** Takes the oldest out. Throws `RangeError` when nothing waits. */
  shift(): Waiting {
    const entry = this.#entries.shift();
    this.#bytes -= entry.bytes;
    if (this.#byKey?.get(entry.key) === entry) this.#byKey.delete(entry.key);
    return entry;
  }

  /** The payload that one with this key would replace. */
  find(key: unknown): Waiting | undefined {
    return this.#byKey?.get(key);
  }

  /** Puts a payload into the place of one that waits here. */
  replace(former: Waiting, payload: Payload, bytes: number): void {
    this.#bytes += bytes - former.bytes;
    former.payload = payload;
    former.bytes = bytes;
  }
}
