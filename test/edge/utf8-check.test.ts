import { describe, expect, test } from 'vitest';
import { Utf8Check } from '../../src/edge/utf8-check.ts';

/** How many bytes it takes until the decoder of the platform refuses them; none does if `undefined`. */
function refusedAt(bytes: Uint8Array): number | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let end = 1; end <= bytes.length; end++) {
    try {
      decoder.decode(bytes.subarray(end - 1, end), { stream: true });
    } catch {
      return end;
    }
  }
  return undefined;
}

function pieces(bytes: Uint8Array, ...cuts: readonly number[]): Uint8Array[] {
  return [0, ...cuts].map((cut, index) => bytes.subarray(cut, cuts[index]));
}

/** Where the ranges begin and end that the second byte of a character may have. */
const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xf4, 0xff];

describe('a check of UTF-8', () => {
  test('takes every character, cut anywhere', () => {
    const bytes = Buffer.from('aé߿ࠀ€퟿￿𐀀😀􏿿z');
    for (let a = 0; a <= bytes.length; a++) {
      for (let b = a; b <= bytes.length; b++) {
        const check = new Utf8Check();
        expect(pieces(bytes, a, b).every((piece) => check.take(piece))).toBe(true);
        expect(check.complete).toBe(true);
      }
    }
  });

  test('knows that a text has ended inside of a character', () => {
    for (const character of ['é', '€', '😀']) {
      const bytes = Buffer.from(`a${character}`);
      for (let end = 1; end <= bytes.length; end++) {
        const check = new Utf8Check();
        expect(check.take(bytes.subarray(0, end))).toBe(true);
        expect(check.complete).toBe(end === 1 || end === bytes.length);
      }
    }
  });

  test('refuses the first byte with which it cannot become valid, whatever the first two are', () => {
    for (let first = 0x80; first < 0x100; first++) {
      for (const second of edges) {
        const bytes = Uint8Array.of(0x61, first, second);
        const at = refusedAt(bytes);
        for (const cuts of [[], [1], [2], [1, 2]]) {
          const check = new Utf8Check();
          let taken = 0;
          const refused = pieces(bytes, ...cuts).find((piece) => {
            taken += piece.length;
            return !check.take(piece);
          });
          expect(refused !== undefined, `${bytes} cut at ${cuts}`).toBe(at !== undefined);
          if (at !== undefined) expect(taken - (refused?.length ?? 0)).toBeLessThan(at);
          if (at !== undefined) expect(taken).toBeGreaterThanOrEqual(at);
        }
      }
    }
  });

  test('refuses what is wrong later in a character, and in the middle of much text', () => {
    for (const wrong of [
      [0xe2, 0x82, 0x41],
      [0xf0, 0x9f, 0x98, 0xc3],
      [0xf0, 0x9f, 0x41],
      [0xe0, 0xa0, 0xff],
    ]) {
      expect(new Utf8Check().take(Uint8Array.from(wrong))).toBe(false);
      const check = new Utf8Check();
      expect(wrong.slice(0, -1).every((byte) => check.take(Uint8Array.of(byte)))).toBe(true);
      expect(check.take(Uint8Array.from(wrong.slice(-1)))).toBe(false);
      expect(new Utf8Check().take(Buffer.from([...Buffer.alloc(98, 'é'), ...wrong, ...Buffer.alloc(99, 'a')]))).toBe(
        false,
      );
    }
  });
});
