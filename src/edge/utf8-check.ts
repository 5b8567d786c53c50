import { isUtf8 } from 'node:buffer';

/**
 * Checks UTF-8 that comes in pieces, which may be cut inside of a character, and refuses the first byte with which the
 * whole cannot become valid any more.
 */
export class Utf8Check {
  /** Continuation bytes to come, and between what the next one has to be: the Unicode Standard, table 3-7. */
  #awaited = 0;
  #low = 0x80;
  #high = 0xbf;

  /** Whether what has come ends with a whole character. */
  get complete(): boolean {
    return this.#awaited === 0;
  }

  /** Takes the next piece; answers whether the text can still be valid. */
  take(piece: Uint8Array): boolean {
    let at = 0;
    while (this.#awaited > 0 && at < piece.length) if (!this.#step(piece[at++] as number)) return false;
    const last = lastCharacter(piece, at);
    if (!isUtf8(piece.subarray(at, last))) return false;
    for (at = last; at < piece.length; at++) if (!this.#step(piece[at] as number)) return false;
    return true;
  }

  #step(byte: number): boolean {
    if (this.#awaited > 0) {
      if (byte < this.#low || byte > this.#high) return false;
      this.#awaited--;
      this.#low = 0x80;
      this.#high = 0xbf;
      return true;
    }
    if (byte < 0x80) return true;
    if (byte < 0xc2 || byte > 0xf4) return false;
    this.#awaited = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    if (byte === 0xe0) this.#low = 0xa0;
    else if (byte === 0xf0) this.#low = 0x90;
    else if (byte === 0xed) this.#high = 0x9f;
    else if (byte === 0xf4) this.#high = 0x8f;
    return true;
  }
}

/** Where the last character begins if it may be cut off; the end, if it is not. */
function lastCharacter(piece: Uint8Array, from: number): number {
  for (let at = piece.length - 1; at >= from && at >= piece.length - 3; at--) {
    const byte = piece[at] as number;
    if (byte >= 0xc0) return at;
    if (byte < 0x80) break;
  }
  return piece.length;
}
