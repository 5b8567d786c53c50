import { describe, expect, test } from 'vitest';
import type { Timeline } from '../../src/marble/scenario.ts';
import { columnAt, jumpAround, readTimeLane, timeAt } from '../../src/marble/timeline.ts';

/** `-[29s]-[9s]--` */
const timeline: Timeline = {
  tick: 1_000,
  columns: 13,
  jumps: [
    { column: 1, columns: 5, duration: 29_000 },
    { column: 7, columns: 4, duration: 9_000 },
  ],
};

describe('timeAt', () => {
  test('lets the columns of a jump last as long as the jump says', () => {
    expect([0, 1, 6, 7, 11, 12, 13].map((column) => timeAt(timeline, column))).toEqual([
      0, 1_000, 30_000, 31_000, 40_000, 41_000, 42_000,
    ]);
  });
});

describe('columnAt', () => {
  test('is the inverse of timeAt where a column is an instant', () => {
    for (const column of [0, 1, 6, 7, 11, 12, 13]) expect(columnAt(timeline, timeAt(timeline, column))).toBe(column);
  });

  test.each([500, 2_000, 10_000, 29_999, 32_000, 43_000, -1_000])('finds no column at %i ms', (time) => {
    expect(columnAt(timeline, time)).toBeUndefined();
  });

  test('knows jumps that are shorter than their columns, side by side, and at both ends', () => {
    const short: Timeline = {
      tick: 10,
      columns: 12,
      jumps: [
        { column: 0, columns: 5, duration: 1 },
        { column: 5, columns: 5, duration: 2 },
      ],
    };
    expect([0, 1, 2, 3, 13, 23].map((time) => columnAt(short, time))).toEqual([0, 5, undefined, 10, 11, 12]);
  });
});

describe('jumpAround', () => {
  test('finds the jump around a column that is not an instant', () => {
    expect([0, 1, 2, 5, 6].map((column) => jumpAround(timeline.jumps, column)?.column)).toEqual([
      undefined,
      undefined,
      1,
      1,
      undefined,
    ]);
  });
});

describe('readTimeLane', () => {
  test('reads dashes and jumps', () => {
    expect(readTimeLane('-[29s]-[9s]--  ', 0)).toEqual({ columns: 13, jumps: timeline.jumps });
    expect(readTimeLane('  time [1.5s]', 7)).toEqual({
      columns: 6,
      jumps: [{ column: 0, columns: 6, duration: 1_500 }],
    });
  });

  test.each([
    ['a symbol', '--a', 2, '"a"', '- or a jump such as [30s]'],
    ['a blank', '-- --', 2, 'a blank', '- or a jump such as [30s]'],
    ['no unit', '-[30]', 2, '"30"', 'a duration'],
    ['no length', '-[0s]', 2, '"0s"', 'a duration'],
    ['less than a millisecond', '-[0.5ms]', 2, '"0.5ms"', 'a duration'],
    ['no closing bracket', '-[30s--', 5, '"--"', ']'],
    ['an end inside', '-[30s', 5, 'the end of the line', ']'],
  ])('refuses %s', (_, text, at, found, expected) => {
    expect(readTimeLane(text, 0)).toMatchObject({ at, found, expected });
  });
});
