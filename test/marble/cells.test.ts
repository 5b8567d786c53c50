import { describe, expect, test } from 'vitest';
import { readCells } from '../../src/marble/cells.ts';

const shown = (text: string, dialect: 'file' | 'code' = 'file'): string => {
  const { cells, columns, jumps } = readCells(text, 0, dialect);
  const parts = [
    ...cells.map(({ column, text }) => `${column}${text}`),
    ...jumps.map(({ column, duration }) => `${column}+${duration}`),
  ];
  return [...parts, columns].join(' ');
};
const mistakes = (text: string, dialect: 'file' | 'code' = 'file'): string[] =>
  readCells(text, 0, dialect).mistakes.map(
    ({ at, found, expected, advice }) => `${at}: ${found} / ${expected} / ${advice}`,
  );

describe('readCells', () => {
  test('counts a group at its ( and gives it its columns', () => {
    expect(shown('-a-(bc|)-^!#')).toBe('1a 3(bc|) 9^ 10! 11# 12');
    expect(readCells('  out  (ab)', 7, 'file').cells).toEqual([
      {
        column: 0,
        text: '(ab)',
        at: 7,
        items: [
          { symbol: 'a', at: 8 },
          { symbol: 'b', at: 9 },
        ],
      },
    ]);
  });

  test.each([
    [
      'a duration in a file',
      '-a 30s b',
      '2: the duration 30s inside the lane / - or a symbol / Jumps stand in the time lane, which all lanes share: time -[30s]-.',
    ],
    [
      'a blank in a file',
      '-a b',
      '2: a blank / - or a symbol / A column is an instant in every lane: write - where nothing happens. A remark stands on a line of its own after #.',
    ],
    [
      'a jump in a lane',
      '-[',
      '1: "[" / - or a symbol / Jumps stand in the time lane, which all lanes share: time -[30s]-.',
    ],
    ['a group without end', '-(ab', '1: "(" / a closing ) later in the lane / A group is written (ab).'],
    ['a group without beginning', 'ab)', '2: ")" / - or a symbol / There is no ( before it.'],
    ['a group in a group', '(a(b)', '2: "(" / - or a symbol / A group cannot hold a group.'],
    ['an empty group', '()', '0: "()" / a symbol in the group / Write for example (ab).'],
    [
      'time in a group',
      '(a-b)',
      '2: "-" / a symbol, | or # / No time passes in a group: it happens at its ( and takes its own columns.',
    ],
    ['a tab', 'a\tb', '1: a tab / - or a symbol / A tab has no fixed width. Use blanks.'],
    [
      'an emoji',
      'a😀b',
      '1: "😀" / - or a symbol / It may be wider than one column, and columns are time. Use a letter, a digit or a sign.',
    ],
  ])('refuses %s', (_, text, mistake) => {
    expect(mistakes(text)).toEqual([mistake]);
  });

  test('names each mistake of a lane', () => {
    expect(mistakes(')-漢-[')).toHaveLength(3);
  });
});

describe('readCells of a lane in code', () => {
  test.each([
    ['a 9ms b', '0a 1b 1+9 2'],
    ['a 9ms', '0a 1+9 1'],
    ['9ms a', '0a 0+9 1'],
    [' 1.5s ', '0+1500 0'],
    ['-- 1m 2s --a', '4a 2+60000 2+2000 5'],
    ['  -a-  (b c)  ', '1a 3(bc) 7'],
    ['-9ms-', '19 2m 3s 5'],
    ['12s-', '01 12 2s 4'],
    ['-1s', '11 2s 3'],
  ])('reads "%s" as RxJS does, durations at the end too', (text, cells) => {
    expect(mistakes(text, 'code')).toEqual([]);
    expect(shown(text, 'code')).toBe(cells);
  });

  test.each([
    [
      'a 9ms-b',
      '2: "9ms" / a duration with blanks on both sides / Without any blank these are values, one column each.',
    ],
    [
      '-9ms b',
      '1: "9ms" / a duration with blanks on both sides / Without any blank these are values, one column each.',
    ],
    ['a 0ms b', '2: "0ms" / whole milliseconds above 0 / Write for example 100ms or 30s.'],
  ])('refuses "%s"', (text, mistake) => {
    expect(mistakes(text, 'code')).toEqual([mistake]);
  });
});
