import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Codec } from '../../src/codec/codec.ts';
import { text } from '../../src/codec/text.ts';
import { errorOf } from './error-of.ts';

describe('text', () => {
  test('takes and gives strings as they are', () => {
    expect(text().kind).toBe('text');
    expect(text().decode('grüezi 👋')).toBe('grüezi 👋');
    expect(text().encode('')).toBe('');
    expectTypeOf(text()).toEqualTypeOf<Codec<string, string>>();
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    [{ text: 'hi' }, '{"text":"hi"}'],
    [Buffer.from('hi'), '2 bytes'],
    [new String('hi'), '"hi"'],
  ])('refuses to encode %j', (message, shown) => {
    const error = errorOf(() => text().encode(message as never));
    expect(error).toMatchObject({ name: 'SluiceError', code: 'SLUICE_CANNOT_ENCODE' });
    expect(error).toHaveProperty('message', expect.stringContaining(`text() sends strings, not ${shown}.`));
  });

  test('is frozen, because routes share it', () => {
    expect(Object.isFrozen(text())).toBe(true);
  });
});
