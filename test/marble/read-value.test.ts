import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printValue } from '../../src/marble/print-value.ts';
import { attempt } from '../../src/marble/problem.ts';
import { readValue } from '../../src/marble/read-value.ts';
import { Reader } from '../../src/marble/reader.ts';
import { anyValue } from './any-value.ts';

const mistakeOf = (text: string): string => {
  const read = attempt(() => readValue(new Reader(text)));
  return 'mistake' in read ? `${read.mistake.at}: ${read.mistake.found} / ${read.mistake.expected}` : 'none';
};

describe('readValue', () => {
  test('is the inverse of printValue', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(readValue(new Reader(printValue(value)))).toEqual(value);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['"a\\n"', { kind: 'text', text: 'a\n' }],
    ['text /a[/]b/i', { kind: 'pattern', pattern: { source: 'a[/]b', flags: 'i' } }],
    ['json {"a":1}', { kind: 'json', json: { kind: 'object', members: [['a', { kind: 'literal', value: 1 }]] } }],
    ['json{}', { kind: 'json', json: { kind: 'object', members: [] } }],
    ['hex 01 ff', { kind: 'binary', bytes: Uint8Array.of(1, 255) }],
    ['hex 01FF', { kind: 'binary', bytes: Uint8Array.of(1, 255) }],
    ['hex', { kind: 'binary', bytes: Uint8Array.of() }],
    ['base64 AQ==', { kind: 'binary', bytes: Uint8Array.of(1) }],
    ['bytes 65536', { kind: 'size', size: 65_536 }],
    ['any', { kind: 'any' }],
    ['close 4001 "kicked"', { kind: 'close', code: 4001, reason: 'kicked' }],
    ['close 1005', { kind: 'close', code: 1005 }],
    ['error', { kind: 'error' }],
    ['error TypeError /no/i', { kind: 'error', name: 'TypeError', message: { source: 'no', flags: 'i' } }],
    ['error "no"', { kind: 'error', message: 'no' }],
    ['reject 401 "sign in"', { kind: 'reject', status: 401, body: 'sign in' }],
    ['ping', { kind: 'ping' }],
    ['(4 5|)', { kind: 'sequence', items: ['4', '5', '|'] }],
  ])('reads %s', (text, value) => {
    expect(readValue(new Reader(`${text}  `))).toEqual(value);
  });

  test.each([
    ['', '0: the end of the line / a value'],
    ['5', '0: "5" / a value'],
    ['hello', '0: "hello" / a value'],
    ["'a'", `0: "'a'" / a value`],
    ['"a" (tried)', '4: "(" / the end of the line'],
    ['"a', '2: the end of the line / a closing "'],
    ['text a', '5: "a" / a regular expression'],
    ['text /a', '5: "/a" / a regular expression'],
    ['text /(/', '5: "/(/" / a regular expression'],
    ['text /a/g', '8: "g" / of the flags only i, m, s and u'],
    ['hex 1', '4: "1" / two hexadecimal digits'],
    ['hex 0g', '4: "0g" / two hexadecimal digits'],
    ['base64 A!', '8: "!" / base64'],
    ['base64 A', '7: "A" / base64'],
    ['bytes', '5: the end of the line / a number of bytes'],
    ['bytes 99999999999999999', '6: "99999999999999999" / a smaller number of bytes'],
    ['close', '5: the end of the line / a close code'],
    ['close 1006', '6: "1006" / a close code'],
    ['close 40010', '6: "40010" / a close code'],
    ['close 4001 kicked', '11: "kicked" / a reason in double quotes'],
    ['close 1005 "a"', '11: "\\"" / no reason'],
    [`close 4001 "${'x'.repeat(124)}"`, '11: "\\"" / a reason of at most 123 bytes'],
    ['reject 200', '7: "200" / an HTTP status from 300 to 599'],
    ['ping 1', '5: "1" / the end of the line'],
    ['()', '1: ")" / a symbol'],
    ['(a', '2: the end of the line / a closing )'],
    ['(a-)', '2: "-" / a symbol, | or #'],
    ['(😀)', '1: "😀" / a symbol, | or #'],
  ])('refuses %s', (text, mistake) => {
    expect(mistakeOf(text)).toBe(mistake);
  });
});

describe('printValue', () => {
  test('writes short binary as hex and long binary as base64', () => {
    expect(printValue({ kind: 'binary', bytes: new Uint8Array(2) })).toBe('hex 00 00');
    expect(printValue({ kind: 'binary', bytes: new Uint8Array(33) })).toBe(`base64 ${'A'.repeat(44)}`);
  });

  test('writes what has no legend as a lane has it', () => {
    const values = (['end', 'lost', 'connect', 'subscribe', 'unsubscribe', 'stop', 'resume'] as const).map((kind) => ({
      kind,
    }));
    expect(values.map(printValue).join('')).toBe('|#^^!xr');
    expect(printValue({ kind: 'take', count: 3 })).toBe('3');
    expect(printValue({ kind: 'waiting', count: 0 })).toBe('0');
    expect(printValue({ kind: 'do', action: 9 })).toBe('9');
  });
});
