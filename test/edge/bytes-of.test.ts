import { expect, test } from 'vitest';
import { bytesOf } from '../../src/edge/bytes-of.ts';

test('bytes of a view are a copy, which keeps nothing else in memory', () => {
  const chunk = Buffer.alloc(65_536, 1);
  const bytes = bytesOf(chunk.subarray(10, 12));
  chunk.fill(2);
  expect(bytes).toEqual(Uint8Array.of(1, 1));
  expect(bytes.buffer.byteLength).toBe(2);
});

test('bytes of a whole buffer are not copied', () => {
  const whole = Buffer.alloc(65_536);
  expect(bytesOf(whole).buffer).toBe(whole.buffer);
});
