import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameBytes, headOf, shortFrame, writeFrame } from '../../src/edge/frame.ts';
import { byteLength, type Payload } from '../../src/protocol/payload.ts';

/** Reads one unmasked frame by RFC 6455 section 5.2, and nothing of the module under test. */
function read(bytes: Buffer): { first: number; payload: Buffer; end: number } {
  const [first = 0, length = 0] = bytes;
  const start = length < 126 ? 2 : length === 126 ? 4 : 10;
  const size = length < 126 ? length : length === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { first, payload: bytes.subarray(start, start + size), end: start + size };
}

function framed(payload: Payload, before = 0): Buffer {
  const bytes = byteLength(payload);
  const target = Buffer.alloc(before + frameBytes(bytes), 0xaa);
  expect(writeFrame(target, before, payload, bytes)).toBe(target.length);
  return target.subarray(before);
}

describe('a frame of short ASCII text', () => {
  test('is the same as a string of its bytes', () => {
    for (const text of ['', 'a', '\u007f', 'x'.repeat(125)]) {
      expect(Buffer.from(shortFrame(text, byteLength(text)) ?? '-', 'latin1')).toEqual(framed(text));
    }
  });

  test.each(['é', '\u0080', 'x'.repeat(126), Uint8Array.of(1)])('is not: %s', (payload) => {
    expect(shortFrame(payload, byteLength(payload))).toBe(undefined);
  });
});

describe('the head of bytes that are written by themselves', () => {
  test.each([0, 125, 126, 65_535, 65_536])('is that of their frame: %i bytes', (size) => {
    const payload = new Uint8Array(size);
    expect(Buffer.concat([headOf(payload), payload])).toEqual(framed(payload));
  });
});

describe('a frame', () => {
  test.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])('has the shortest form of a length of %i bytes', (size) => {
    const frame = framed(new Uint8Array(size).fill(7));
    expect(frame.length).toBe(size + (size <= 125 ? 2 : size <= 65_535 ? 4 : 10));
    expect(read(frame)).toEqual({ first: 0x82, payload: Buffer.alloc(size, 7), end: frame.length });
  });

  test.each([
    ['', 0],
    ['ASCII', 5],
    ['é', 2],
    ['日本', 6],
    ['👋', 4],
    ['\ud800', 3],
    ['é'.repeat(63), 126],
    ['x'.repeat(126), 126],
    ['👋'.repeat(20_000), 80_000],
  ])('holds text as UTF-8: %s', (text, size) => {
    const { first, payload } = read(framed(text));
    expect([first, payload.length]).toEqual([0x81, size]);
    expect(payload.equals(Buffer.from(text))).toBe(true);
  });

  test('is written where it is told to be, whatever the payload', () => {
    const payloads = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(payloads, fc.nat(20), (payload, before) => {
        const { first, payload: bytes } = read(framed(payload, before));
        expect(first).toBe(typeof payload === 'string' ? 0x81 : 0x82);
        expect(bytes.equals(Buffer.from(payload as string))).toBe(true);
      }),
    );
  });
});
