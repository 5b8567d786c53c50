import { describe, expect, test } from 'vitest';
import { Batch, forgetLastBatch } from '../../src/edge/batch.ts';
import type { Payload } from '../../src/protocol/payload.ts';

function batchOf(...payloads: Payload[]): Batch {
  const batch = new Batch();
  for (const payload of payloads) batch.add(payload);
  return batch;
}

const frames = Buffer.from('\x81\x01a\x82\x02\x01\x02\x81\x03\xe2\x82\xac\x81\x00', 'latin1');

describe('a batch', () => {
  test('is its messages as frames, in order', () => {
    expect(batchOf('a', Uint8Array.of(1, 2), '€', '').encode()).toEqual(frames);
  });

  test('may have short text, long text and bytes in any order', () => {
    const payloads = [
      'a',
      'b',
      'é',
      'x'.repeat(125),
      'y'.repeat(126),
      'c',
      Uint8Array.of(9),
      'd',
      '',
      'z'.repeat(70_000),
    ];
    for (let first = 0; first < payloads.length; first++) {
      const some = [...payloads.slice(first), ...payloads.slice(0, first)];
      const each = some.map((payload) => batchOf(payload).encode());
      expect(
        batchOf(...some)
          .encode()
          .equals(Buffer.concat(each)),
      ).toBe(true);
    }
  });

  test('knows what it takes on the wire before it is encoded', () => {
    expect(batchOf('a', Uint8Array.of(1, 2), '€', '').bytes).toBe(frames.length);
    expect(batchOf('', '', 'x'.repeat(126)).bytes).toBe(2 + 2 + 130);
  });

  test('of the same messages as the one before is the same Buffer: a room is encoded once', () => {
    const [first, second] = [batchOf('a', 'b'), batchOf('a', 'b')];
    expect(first.encode()).toBe(second.encode());
  });

  test.each([
    ['another message', ['a', 'c']],
    ['fewer messages', ['a']],
    ['more messages', ['a', 'b', 'c']],
    ['bytes instead of text', ['a', Buffer.from('b')]],
  ])('with %s is a Buffer of its own', (_what, payloads) => {
    batchOf('a', 'b').encode();
    const encoded = batchOf(...payloads).encode();
    forgetLastBatch();
    expect(encoded).toEqual(batchOf(...payloads).encode());
  });

  test('has the bytes that it was given, whatever becomes of them later', () => {
    const bytes = Uint8Array.of(1, 2);
    const batch = batchOf(bytes);
    bytes.fill(9);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(batch.encode()).toEqual(Buffer.from([0x82, 2, 1, 2]));
  });

  test('is encoded anew in the next turn', () => {
    const encoded = batchOf('a').encode();
    forgetLastBatch();
    expect(batchOf('a').encode()).not.toBe(encoded);
    expect(batchOf('').bytes).toBe(2);
  });

  test('keeps no more memory than its bytes, or than Node keeps for a few of them', () => {
    for (const size of [10, 5_000, 64_000]) {
      const { buffer, length } = batchOf('x'.repeat(size)).encode();
      expect(buffer.byteLength).toBeLessThanOrEqual(Math.max(length, Buffer.poolSize));
    }
  });
});
