import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromJson, printJsonPattern, readJson, readJsonPattern } from '../../src/marble/json-pattern.ts';
import { attempt } from '../../src/marble/problem.ts';
import { Reader } from '../../src/marble/reader.ts';
import { anyJson, anyJsonPattern } from './any-value.ts';

const mistakeOf = (text: string): string => {
  const read = attempt(() => readJsonPattern(new Reader(text)));
  return 'mistake' in read ? `${read.mistake.at}: ${read.mistake.found} / ${read.mistake.expected}` : 'none';
};

describe('readJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(anyJson, fc.nat(2), (json, blanks) => {
        const text = JSON.stringify(json, null, blanks).replaceAll('\n', ' ');
        expect(readJson(new Reader(text))).toEqual(json);
      }),
    );
  });

  test('takes no placeholder', () => {
    const read = attempt(() => readJson(new Reader('[<any>]')));
    expect(read).toMatchObject({ mistake: { at: 1, found: '"<any>"', expected: 'plain JSON' } });
  });
});

describe('readJsonPattern', () => {
  test('is the inverse of printJsonPattern', () => {
    fc.assert(
      fc.property(anyJsonPattern, (pattern) => {
        expect(readJsonPattern(new Reader(printJsonPattern(pattern)))).toEqual(pattern);
      }),
    );
  });

  test('reads placeholders anywhere a value may stand', () => {
    expect(readJsonPattern(new Reader('{"id": <id:a1>, "at": [<now>, <any>, <string>, <number>]}'))).toEqual({
      kind: 'object',
      members: [
        ['id', { kind: 'id', id: 'a1' }],
        [
          'at',
          {
            kind: 'array',
            items: (['now', 'any', 'string', 'number'] as const).map((fits) => ({ kind: 'placeholder', fits })),
          },
        ],
      ],
    });
  });

  test('keeps a key that is named like the prototype', () => {
    expect(readJson(new Reader('{"__proto__": 1}'))).toEqual(JSON.parse('{"__proto__": 1}'));
    expect(fromJson(JSON.parse('{"__proto__": 1}'))).toMatchObject({ members: [['__proto__', { value: 1 }]] });
  });

  test.each([
    ['', '0: the end of the line / JSON'],
    ['{"a": }', '6: "}" / JSON'],
    ['{"a" 1}', '5: "1" / : after the key'],
    ['{a: 1}', '1: "a" / a key in double quotes'],
    ["{'a': 1}", `1: "'a'" / a key in double quotes`],
    ['{"a": 1,}', '8: "}" / a key in double quotes'],
    ['{"a": 1, "a": 2}', '9: the key "a" again / each key once'],
    ['{"a": 1', '7: the end of the line / , or }'],
    ['[1 2]', '3: "2" / , or ]'],
    ['[01]', '2: "1" / , or ]'],
    ['"a', '2: the end of the line / a closing "'],
    ['"a\\x"', '2: "\\\\x" / a character of a JSON string'],
    ['"a\tb"', '2: a tab / a character of a JSON string'],
    ['<id>', '0: "<id>" / a placeholder'],
    ['undefined', '0: "undefined" / JSON'],
    ['1e999', '0: "1e999" / a number that JavaScript can hold'],
    ['['.repeat(300), '201: "[" / JSON of at most 200 levels'],
  ])('refuses %s', (text, mistake) => {
    expect(mistakeOf(text)).toBe(mistake);
  });
});
