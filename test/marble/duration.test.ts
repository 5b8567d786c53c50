import { describe, expect, test } from 'vitest';
import { durationForms, durationMs, printDuration, readDuration } from '../../src/marble/duration.ts';
import { attempt } from '../../src/marble/problem.ts';
import { Reader } from '../../src/marble/reader.ts';

describe('readDuration', () => {
  test.each([
    ['1ms', 1],
    ['30s', 30_000],
    ['1.5s', 1_500],
    ['1.1s', 1_100],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['007s', 7_000],
  ])('reads %s', (text, ms) => {
    expect(readDuration(new Reader(text))).toBe(ms);
  });

  test.each(['', '30', 's', '-1s', '0s', '1.5ms', '0.0001s', '30sec', '1 s', '99999999999999h'])(
    'refuses "%s"',
    (text) => {
      expect(attempt(() => readDuration(new Reader(text)))).toMatchObject({
        mistake: { at: 0, expected: 'a duration' },
      });
    },
  );
});

describe('printDuration', () => {
  test('takes the largest unit without a fraction, and is read back', () => {
    const printed = [1, 999, 1_000, 1_500, 60_000, 90_000, 3_600_000].map(printDuration);
    expect(printed).toEqual(['1ms', '999ms', '1s', '1500ms', '1m', '90s', '1h']);
    expect(printed.map(durationMs)).toEqual([1, 999, 1_000, 1_500, 60_000, 90_000, 3_600_000]);
  });
});

describe('durationForms', () => {
  test('gives every unit that is exact', () => {
    expect(durationForms(90_000)).toEqual(['0.025h', '1.5m', '90s', '90000ms']);
  });
});
