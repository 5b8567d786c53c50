import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { type ErrorCode, errorCodes, SluiceError, show } from '../../src/protocol/errors.ts';

describe('SluiceError', () => {
  test('says what happened, what to do and its code', () => {
    const cause = new Error('why');
    const error = new SluiceError('SLUICE_BAD_STATUS', 'Cannot refuse a handshake with status 200.', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'SluiceError', code: 'SLUICE_BAD_STATUS', cause });
    expect(error.message).toBe(
      'Cannot refuse a handshake with status 200. Refuse with an HTTP status from 300 to 599. [SLUICE_BAD_STATUS]',
    );
    expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
  });

  test.each(Object.entries(errorCodes))('%s has a next step that is a sentence', (code, next) => {
    expect(code).toMatch(/^SLUICE_[A-Z]+(_[A-Z]+)*$/);
    expect(next).toMatch(/^[A-Z].*\.$/);
  });
});

describe('show', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const hostile = Object.defineProperty({ toJSON: () => undefined }, Symbol.toStringTag, {
    get: () => {
      throw new Error('no');
    },
  });

  test.each([
    ['text', "'text'"],
    ['', "''"],
    ['say "hi"', `'say "hi"'`],
    ['x'.repeat(80), `'${'x'.repeat(80)}'`],
    ['x'.repeat(81), `'${'x'.repeat(77)}...'`],
    ['a\r\nb\u2028\u0000\u007f', "'a\\u000d\\u000ab\\u2028\\u0000\\u007f'"],
    [7, '7'],
    [Number.NaN, 'NaN'],
    [10n, '10'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 1, 'a function'],
    [class Thing {}, 'a function'],
    [{ a: 1 }, '{"a":1}'],
    [[1, 'x'], '[1,"x"]'],
    [{ text: 'x'.repeat(100) }, `{"text":"${'x'.repeat(68)}...`],
    [new Uint8Array(1_000_000), '1000000 bytes'],
    [Buffer.from('hi'), '2 bytes'],
    [cyclic, 'an object'],
    [{ big: 1n }, 'an object'],
    [Object.create(null), '{}'],
  ])('shows value %#', (value, shown) => {
    expect(show(value)).toBe(shown);
  });

  test('never throws, whatever the value does', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(show(revoked.proxy)).toBe('an object');
    expect(show(hostile)).toBe('an object');
  });

  test('is short and on one line, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true }), (value) => {
        fc.pre(typeof value !== 'string');
        const shown = show(value);
        expect(shown.length).toBeLessThanOrEqual(80);
        expect(shown).not.toMatch(/[\r\n]/);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(show(text)).not.toMatch(/[\r\n\u2028\u2029]/);
      }),
    );
  });
});
