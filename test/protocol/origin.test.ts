import { describe, expect, test } from 'vitest';
import { anyOrigin, originCheck } from '../../src/protocol/origin.ts';

describe('the same-origin rule', () => {
  const check = originCheck(undefined);

  test.each([
    ['http://example.com', 'example.com'],
    ['https://example.com', 'example.com'],
    ['http://example.com', 'example.com:80'],
    ['https://example.com', 'example.com:443'],
    ['http://example.com:8080', 'example.com:8080'],
    ['http://EXAMPLE.com', 'example.COM'],
    ['HTTPS://example.com', 'example.com'],
    ['http://[::1]:9000', '[::1]:9000'],
    ['http://127.0.0.1:9000', '127.0.0.1:9000'],
    ['https://xn--mnchen-3ya.example', 'münchen.example'],
  ])('lets %s pass to %s', (origin, host) => {
    expect(check(origin, host)).toBe(true);
  });

  test.each([
    ['http://evil.example', 'example.com'],
    ['http://example.com.evil.example', 'example.com'],
    ['http://evil-example.com', 'example.com'],
    ['http://sub.example.com', 'example.com'],
    ['http://example.com:8080', 'example.com'],
    ['http://example.com', 'example.com:8080'],
    ['https://example.com', 'example.com:80'],
    ['http://localhost:9000', '127.0.0.1:9000'],
    ['null', 'example.com'],
    ['null', 'null'],
    ['', 'example.com'],
    ['', ''],
    ['example.com', 'example.com'],
    ['file://', 'example.com'],
    ['chrome-extension://abc', 'abc'],
    ['http://', ''],
    ['http://exa mple.com', 'exa mple.com'],
    ['http://example.com', ''],
  ])('refuses %j to %j', (origin, host) => {
    expect(check(origin, host)).toBe(false);
  });

  test('lets a peer without Origin pass: it is no browser', () => {
    expect(check(undefined, 'example.com')).toBe(true);
  });
});

describe('a list of origins', () => {
  test('is exact in scheme, host and port', () => {
    const check = originCheck(['https://example.com', 'http://localhost:5173']);
    expect(check('https://example.com', 'api.example.com')).toBe(true);
    expect(check('http://localhost:5173', 'x')).toBe(true);
    for (const origin of [
      'http://example.com',
      'https://example.com:8443',
      'https://www.example.com',
      'https://example.com.evil.example',
      'http://localhost',
      'null',
      '',
    ]) {
      expect(check(origin, 'example.com')).toBe(false);
    }
  });

  test('does not contain the own origin unless it is listed', () => {
    expect(originCheck(['https://example.com'])('https://api.example.com', 'api.example.com')).toBe(false);
  });

  test('lets a peer without Origin pass', () => {
    expect(originCheck([])(undefined, 'example.com')).toBe(true);
    expect(originCheck([])('http://example.com', 'example.com')).toBe(false);
  });

  test('is brought to the form that browsers send', () => {
    const check = originCheck(['HTTPS://Example.com:443', 'https://münchen.example', 'Chrome-Extension://abc']);
    expect(check('https://example.com', 'x')).toBe(true);
    expect(check('https://xn--mnchen-3ya.example', 'x')).toBe(true);
    expect(check('chrome-extension://abc', 'x')).toBe(true);
  });

  test.each([
    'example.com',
    'https://example.com/',
    'https://example.com/path',
    'https://example.com?x',
    'https://example.com\\x',
    'https://user@example.com',
    'https://*.example.com',
    'https://exa mple.com',
    '*',
    'null',
    '',
    undefined,
    /example/,
  ])('throws SLUICE_BAD_OPTION for %s', (origin) => {
    expect(() => originCheck([origin as string])).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
  });

  test.each(['https://example.com', null, true, {}, new Set()])(
    'throws SLUICE_BAD_OPTION for %s as the list',
    (list) => {
      expect(() => originCheck(list as never)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
    },
  );
});

describe('anyOrigin', () => {
  test('lets every origin pass', () => {
    const check = originCheck(anyOrigin());
    expect(check('http://evil.example', 'example.com')).toBe(true);
    expect(check('null', 'example.com')).toBe(true);
    expect(check(undefined, '')).toBe(true);
  });

  test('cannot be made by hand', () => {
    const fake = { 'sluice.anyOrigin': true };
    expect(() => originCheck(fake as never)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
    expect(Object.isFrozen(anyOrigin())).toBe(true);
  });
});
