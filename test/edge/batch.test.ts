import { afterEach, describe, expect, test } from 'vitest';
import { Batch, forgetBatches } from '../../src/edge/batch.ts';
import type { Payload } from '../../src/protocol/payload.ts';

function batchOf(first: Payload, ...rest: Payload[]): Batch {
  let batch = Batch.with(undefined, first);
  for (const payload of rest) batch = Batch.with(batch, payload);
  return batch;
}

afterEach(forgetBatches);

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
      const [head = '', ...rest] = some;
      const each = some.map((payload) => batchOf(payload).encode());
      expect(
        batchOf(head, ...rest)
          .encode()
          .equals(Buffer.concat(each)),
      ).toBe(true);
    }
  });

  test('knows what it takes on the wire before it is encoded', () => {
    expect(batchOf('a', Uint8Array.of(1, 2), '€', '').bytes).toBe(frames.length);
    expect(batchOf('', '', 'x'.repeat(126)).bytes).toBe(2 + 2 + 130);
  });

  test.each<[string, Payload]>([
    ['text', 'b'],
    ['bytes', Uint8Array.of(1, 2)],
  ])('of the same %s as another is the same Buffer: a room is encoded once', (_what, payload) => {
    const [one, other] = [batchOf('a', payload, 'c'), batchOf('a', payload.slice(), 'c')];
    expect(one.encode()).toBe(other.encode());
  });

  test('is the same for each who is sent the same, also where a room is sent one message after the other', () => {
    let room: Array<Batch | undefined> = [undefined, undefined, undefined];
    for (const text of ['a', 'b', 'c']) room = room.map((batch) => Batch.with(batch, text));
    expect(room[1]).toBe(room[0]);
    expect(room[2]).toBe(room[0]);
    expect(room[0]?.encode().toString('latin1')).toBe('\x81\x01a\x81\x01b\x81\x01c');
  });

  test.each<[string, readonly [Payload, ...Payload[]]]>([
    ['another message', ['a', 'c']],
    ['fewer messages', ['a']],
    ['more messages', ['a', 'b', 'c']],
    ['messages in another order', ['b', 'a']],
    ['bytes instead of text', ['a', Buffer.from('b')]],
    ['more bytes', ['a', 'b', Uint8Array.of(1, 2)]],
    ['other bytes', ['a', 'b', Uint8Array.of(2)]],
  ])('with %s is a Buffer of its own, before and after', (_what, payloads) => {
    const known = batchOf('a', 'b', Uint8Array.of(1));
    const before = Buffer.from(known.encode());
    const encoded = batchOf(...payloads).encode();
    expect(known.encode()).toEqual(before);
    forgetBatches();
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
    forgetBatches();
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
