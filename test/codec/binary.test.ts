import { describe, expect, expectTypeOf, test } from 'vitest';
import { binary } from '../../src/codec/binary.ts';
import type { Codec } from '../../src/codec/codec.ts';
import { errorOf } from './error-of.ts';

describe('binary', () => {
  test('takes and gives bytes without a copy', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(binary().kind).toBe('binary');
    expect(binary().decode(bytes)).toBe(bytes);
    expect(binary().encode(bytes)).toBe(bytes);
    expectTypeOf(binary()).toEqualTypeOf<Codec<Uint8Array, Uint8Array>>();
  });

  test('encodes a Buffer', () => {
    const buffer = Buffer.from('hi');
    expect(binary().encode(buffer)).toBe(buffer);
  });

  test.each([
    ['hi', "'hi'"],
    [undefined, 'undefined'],
    [new ArrayBuffer(2), '{}'],
    [new Uint16Array(2), '4 bytes'],
    [[1, 2], '[1,2]'],
  ])('refuses to encode %j', (message, shown) => {
    const error = errorOf(() => binary().encode(message as never));
    expect(error).toMatchObject({ name: 'SluiceError', code: 'SLUICE_CANNOT_ENCODE' });
    expect(error).toHaveProperty('message', expect.stringContaining(`binary() sends a Uint8Array, not ${shown}.`));
  });

  test('is frozen, because routes share it', () => {
    expect(Object.isFrozen(binary())).toBe(true);
  });
});
