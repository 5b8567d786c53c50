import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Codec } from '../../src/codec/codec.ts';
import { raw } from '../../src/codec/raw.ts';
import { errorOf } from './error-of.ts';

describe('raw', () => {
  test('takes and gives text and bytes as they are', () => {
    const bytes = Buffer.from('hi');
    expect(raw().kind).toBe('any');
    expect(raw().decode('hi')).toBe('hi');
    expect(raw().decode(bytes)).toBe(bytes);
    expect(raw().encode('hi')).toBe('hi');
    expect(raw().encode(bytes)).toBe(bytes);
    expectTypeOf(raw()).toEqualTypeOf<Codec<string | Uint8Array, string | Uint8Array>>();
  });

  test.each([undefined, null, 7, {}, [1]])('refuses to encode %j', (message) => {
    const error = errorOf(() => raw().encode(message as never));
    expect(error).toMatchObject({ name: 'SluiceError', code: 'SLUICE_CANNOT_ENCODE' });
    expect(error).toHaveProperty('message', expect.stringContaining('raw() sends a string or a Uint8Array, not '));
  });

  test('is frozen, because routes share it', () => {
    expect(Object.isFrozen(raw())).toBe(true);
  });
});
