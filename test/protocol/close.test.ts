import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CloseError, closeName, cutReason, isSendableCode, toClose } from '../../src/protocol/close.ts';
import { anyText } from './any-text.ts';

describe('isSendableCode', () => {
  test('takes the codes of RFC 6455 that may stand in a Close frame, and no other', () => {
    const sendable: number[] = [];
    for (let code = -1; code <= 70_000; code++) if (isSendableCode(code)) sendable.push(code);
    const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
    expect(sendable.slice(0, registered.length)).toEqual(registered);
    const free = sendable.slice(registered.length);
    expect([free[0], free.at(-1), free.length]).toEqual([3000, 4999, 2000]);
  });

  test.each([1000.5, Number.NaN, Infinity, '1000', undefined, null])('refuses %s', (code) => {
    expect(isSendableCode(code as number)).toBe(false);
  });
});

describe('closeName', () => {
  test('gives the registered name, and nothing for other codes', () => {
    expect(closeName(1000)).toBe('Normal Closure');
    expect(closeName(1006)).toBe('Abnormal Closure');
    expect(closeName(1013)).toBe('Try Again Later');
    expect(closeName(3000)).toBe('Unauthorized');
    expect(closeName(1004)).toBe('');
    expect(closeName(4001)).toBe('');
  });
});

describe('cutReason', () => {
  test.each([
    ['keeps 123 bytes of ASCII', 'x'.repeat(123), 'x'.repeat(123)],
    ['cuts the 124th byte', 'x'.repeat(124), 'x'.repeat(123)],
    ['keeps 41 characters of three bytes', '€'.repeat(41), '€'.repeat(41)],
    ['cuts the 42nd character of three bytes', '€'.repeat(42), '€'.repeat(41)],
    ['cuts in front of an emoji that does not fit', `${'x'.repeat(120)}👋`, 'x'.repeat(120)],
    ['keeps an emoji that just fits', `${'x'.repeat(119)}👋!`, `${'x'.repeat(119)}👋`],
    ['counts a lone surrogate as three bytes', '\ud800'.repeat(42), '\ud800'.repeat(41)],
    ['keeps an empty reason', '', ''],
  ])('%s', (_, reason, cut) => {
    expect(cutReason(reason)).toBe(cut);
  });

  test('gives the longest beginning of whole characters that fits 123 bytes', () => {
    fc.assert(
      fc.property(anyText, (reason) => {
        const cut = cutReason(reason);
        const rest = reason.slice(cut.length);
        const [next = ''] = rest;
        expect(reason.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(123);
        if (rest !== '') expect(Buffer.byteLength(cut) + Buffer.byteLength(next)).toBeGreaterThan(123);
      }),
      { numRuns: 2_000 },
    );
  });

  test('never cuts a character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (reason) => {
        expect(reason).not.toMatch(/\p{Surrogate}/u);
        expect(cutReason(reason)).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  test('reads no further than the cut', () => {
    expect(cutReason('x'.repeat(10_000_000))).toHaveLength(123);
  });
});

describe('toClose', () => {
  test('cuts the reason', () => {
    expect(toClose(4000, 'x'.repeat(200))).toEqual({ code: 4000, reason: 'x'.repeat(123) });
  });

  test.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000])('throws SLUICE_BAD_CLOSE_CODE for %i', (code) => {
    expect(() => toClose(code, '')).toThrow(
      expect.objectContaining({ code: 'SLUICE_BAD_CLOSE_CODE', message: expect.stringContaining(`code ${code}.`) }),
    );
  });
});

describe('CloseError', () => {
  test('carries code, reason and cause', () => {
    const cause = new Error('why');
    const error = new CloseError(4001, 'expired', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'CloseError', code: 4001, reason: 'expired', message: '4001 expired', cause });
    expect(new CloseError(1000)).toMatchObject({ reason: '', message: '1000' });
  });

  test('cuts the reason to 123 bytes', () => {
    expect(new CloseError(4000, '👋'.repeat(100)).reason).toBe('👋'.repeat(30));
  });

  test('throws SLUICE_BAD_CLOSE_CODE for a code that may not be sent', () => {
    expect(() => new CloseError(1006)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_CLOSE_CODE' }));
  });
});
