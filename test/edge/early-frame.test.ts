import { expect, test } from 'vitest';
import { earlyFrame } from '../../src/edge/early-frame.ts';

test('an early frame is masked, as RFC 6455 wants it of a client', () => {
  expect([...earlyFrame(1, 'hé')]).toEqual([0x81, 0x83, 0, 0, 0, 0, 0x68, 0xc3, 0xa9]);
  expect([...earlyFrame(9, Uint8Array.of(7))]).toEqual([0x89, 0x81, 0, 0, 0, 0, 7]);
});

test('an early frame has at most 125 bytes', () => {
  expect(earlyFrame(2, new Uint8Array(125))).toHaveLength(131);
  expect(() => earlyFrame(2, new Uint8Array(126))).toThrow(RangeError);
});
