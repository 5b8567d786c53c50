import { clientFrame, serverFrameOf, TEXT } from '../support/frames.ts';
import type { Dialect } from './dialect.ts';
import { Expected } from './expected.ts';

/** Texts of one length that differ: `name 0`, `name 1` and so on. */
export function textsOf(name: string, count: number, bytes: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name} ${i} `.padEnd(bytes, '.'));
}

/** What must come when the server sends these texts again and again. */
export function expectedOf(texts: readonly string[], { message }: Dialect): Expected {
  return new Expected(texts.map((text) => serverFrameOf(TEXT, Buffer.from(message(text)))));
}

/** Frames made beforehand that a client sends again and again, so many of them at a time. */
export class Outgoing {
  readonly #frames: Buffer;
  readonly #frameBytes: number;
  readonly #count: number;
  #at = 0;

  constructor(texts: readonly string[], { message }: Dialect, most: number) {
    const frames = texts.map((text) => clientFrame(TEXT, Buffer.from(message(text))));
    this.#count = frames.length;
    this.#frameBytes = frames[0]?.length ?? 0;
    // The first ones stand at the end once more: what is next always lies in one piece.
    this.#frames = Buffer.concat([...frames, ...frames.slice(0, most)]);
  }

  next(count: number): Buffer {
    const start = this.#at * this.#frameBytes;
    this.#at = (this.#at + count) % this.#count;
    return this.#frames.subarray(start, start + count * this.#frameBytes);
  }
}
