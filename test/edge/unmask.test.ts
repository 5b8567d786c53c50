import { describe, expect, test } from 'vitest';
import { rotate, unmask } from '../../src/edge/unmask.ts';
import { Dice } from '../support/dice.ts';

describe('unmask', () => {
  test('is RFC 6455 section 5.3 for every length, wherever in memory the bytes lie, and touches no others', () => {
    const dice = new Dice(1);
    for (let length = 0; length < 300; length++) {
      const start = dice.roll(9);
      const mask = dice.bytes(4);
      const bytes = Buffer.from(new ArrayBuffer(320), dice.roll(5)).fill(dice.bytes(313));
      const expected = bytes.map((byte, i) =>
        i < start || i >= start + length ? byte : byte ^ (mask[(i - start) & 3] ?? 0),
      );
      unmask(bytes, start, start + length, mask.readInt32BE());
      expect(bytes.equals(expected), `${length} bytes at ${start}`).toBe(true);
    }
  });

  test('tells ASCII from all else, whichever byte is not', () => {
    for (const length of [0, 1, 2, 3, 4, 5, 63, 95, 96, 97, 98, 99, 130]) {
      for (let wrong = 0; wrong <= length; wrong++) {
        const bytes = Buffer.alloc(length, 'a');
        if (wrong < length) bytes[wrong] = 0x80;
        // Masking and unmasking are the same.
        unmask(bytes, 0, length, 0x7f_80_ff_01);
        expect(unmask(bytes, 0, length, 0x7f_80_ff_01)).toBe(wrong === length);
      }
    }
  });
});

test('rotate gives the mask for what comes later', () => {
  expect([0, 1, 2, 3, 4, 7].map((bytes) => rotate(0x01_02_03_84, bytes) >>> 0)).toEqual([
    0x01_02_03_84, 0x02_03_84_01, 0x03_84_01_02, 0x84_01_02_03, 0x01_02_03_84, 0x84_01_02_03,
  ]);
});
