import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCookies, setCookieLine } from '../../src/protocol/cookie.ts';

const badHeader = expect.objectContaining({ code: 'SLUICE_BAD_HEADER' });

describe('parseCookies', () => {
  test('parses names and decoded values', () => {
    expect({ ...parseCookies('sid=abc; theme=dark%20blue;  empty=') }).toEqual({
      sid: 'abc',
      theme: 'dark blue',
      empty: '',
    });
  });

  test.each([undefined, null, '', ';', 'novalue'])('gives no cookies for the header %j', (header) => {
    expect(Object.keys(parseCookies(header))).toEqual([]);
  });

  test('keeps the first of two with one name', () => {
    expect(parseCookies('a=1; a=2').a).toBe('1');
  });

  test('leaves a value alone that cannot be decoded', () => {
    expect(parseCookies('a=%zz').a).toBe('%zz');
  });

  test('has no inherited names, and pollutes no prototype', () => {
    const cookies = parseCookies('__proto__=x');
    expect(cookies.constructor).toBeUndefined();
    expect(cookies.toString).toBeUndefined();
    expect(Object.hasOwn(cookies, '__proto__')).toBe(true);
    expect(Object.hasOwn({}, 'x')).toBe(false);
  });
});

describe('setCookieLine', () => {
  test('writes a value', () => {
    expect(setCookieLine('seen', '1')).toBe('seen=1');
    expect(setCookieLine('text', 'a; b=ü')).toBe('text=a%3B%20b%3D%C3%BC');
  });

  test('writes attributes', () => {
    const cookie = { value: 'x', maxAge: 60, path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;
    expect(setCookieLine('sid', cookie)).toBe('sid=x; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax');
  });

  test('lets no attribute change the name', () => {
    expect(setCookieLine('sid', { value: 'x', name: 'other' } as never)).toBe('sid=x');
  });

  test('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(parseCookies(setCookieLine('a', value)).a).toBe(value);
      }),
    );
  });

  test.each(['', 'a b', 'a;b', 'a=b', 'a\r\nb', 'é'])('throws SLUICE_BAD_HEADER for the name %j', (name) => {
    expect(() => setCookieLine(name, 'x')).toThrow(badHeader);
  });

  test.each([
    ['a lone surrogate', '\ud800'],
    ['a path with a line end', { value: 'x', path: '/\r\nX: 1' }],
    ['a domain with a semicolon', { value: 'x', domain: 'a.example; Secure' }],
    ['a broken maxAge', { value: 'x', maxAge: 1.5 }],
    ['an Invalid Date', { value: 'x', expires: new Date(Number.NaN) }],
    ['an unknown sameSite', { value: 'x', sameSite: 'maybe' as never }],
  ])('throws SLUICE_BAD_HEADER with the cause for %s', (_, cookie) => {
    expect(() => setCookieLine('a', cookie)).toThrow(badHeader);
    expect(() => setCookieLine('a', cookie)).toThrow(expect.objectContaining({ cause: expect.any(Error) }));
  });
});
