import type { Payload } from '../protocol/payload.ts';
import { Fifo } from './fifo.ts';

/** A message that is decoded, and the bytes that it came as. */
export interface Decoded<In> {
  readonly message: In;
  readonly bytes: number;
}

/** Payloads that wait to be delivered. The first of them may have been decoded already. */
export class Backlog<In> {
  readonly #payloads = new Fifo<Payload>();
  #payloadBytes = 0;
  #decoded: Decoded<In> | undefined;

  get size(): number {
    return this.#payloads.size + (this.#decoded === undefined ? 0 : 1);
  }

  get bytes(): number {
    return this.#payloadBytes + (this.#decoded?.bytes ?? 0);
  }

  push(payload: Payload): void {
    this.#payloads.push(payload);
    this.#payloadBytes += payload.length;
  }

  /** Puts a message before all others. */
  putBack(message: In, bytes: number): void {
    this.#decoded = { message, bytes };
  }

  /** Takes the first message, where it is decoded; it stands before all payloads. */
  shiftDecoded(): Decoded<In> | undefined {
    const decoded = this.#decoded;
    this.#decoded = undefined;
    return decoded;
  }

  /** Takes the first payload. Throws `RangeError` when there is none. */
  shift(): Payload {
    const payload = this.#payloads.shift();
    this.#payloadBytes -= payload.length;
    return payload;
  }

  dropFirst(): void {
    if (this.shiftDecoded() === undefined) this.shift();
  }
}
