import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength } from '../../src/protocol/payload.ts';
import { anyText } from './any-text.ts';

describe('byteLength', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['é', 2],
    ['€', 3],
    ['👋', 4],
    ['\ud800', 3],
    ['\udc00', 3],
    ['\udc00\ud800', 6],
    ['\ud800\ud800\udc00', 7],
    ['\ud800x', 4],
    ['\u007f\u0080\u07ff\u0800\uffff', 1 + 2 + 2 + 3 + 3],
  ])('counts text as UTF-8: %j', (text, bytes) => {
    expect(byteLength(text)).toBe(bytes);
  });

  test('agrees with Buffer.byteLength', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(byteLength(text)).toBe(Buffer.byteLength(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('counts long text as it counts short text', () => {
    const pieces = ['x', 'é', '€', '👋', '\ud800', '\udc00'];
    for (const piece of pieces) {
      for (const length of [1_022, 1_023, 1_024, 1_025, 5_000]) {
        const text = piece.repeat(length);
        expect(byteLength(text)).toBe(Buffer.byteLength(text));
      }
    }
  });

  test('agrees with Buffer.byteLength for every single UTF-16 unit and its neighbours', () => {
    for (let unit = 0; unit <= 0xffff; unit++) {
      const character = String.fromCharCode(unit);
      for (const text of [character, `${character}\udc00`, `\ud800${character}`]) {
        if (byteLength(text) !== Buffer.byteLength(text)) throw new Error(`differs for ${JSON.stringify(text)}`);
      }
    }
  });

  test('counts bytes as they are, also those of a view', () => {
    expect(byteLength(new Uint8Array(5))).toBe(5);
    expect(byteLength(new Uint8Array(new ArrayBuffer(8), 2, 3))).toBe(3);
    expect(byteLength(Buffer.from('€'))).toBe(3);
  });
});
