import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layOut } from '../../src/marble/layout.ts';
import type { Lane } from '../../src/marble/scenario.ts';
import { columnAt, timeAt } from '../../src/marble/timeline.ts';

const position = { line: 1, column: 1 };
const laneWith = (times: readonly number[], cell = 'a'): Lane => ({
  kind: 'out',
  name: 'out',
  position,
  events: times.map((time) => ({ time, symbol: 'a', cell, position, value: { kind: 'text', text: 'a' } })),
});

describe('layOut', () => {
  test('joins what lies far apart by jumps', () => {
    expect(layOut(1_000, [laneWith([0, 30_000, 31_000])], 32_000)).toEqual({
      tick: 1_000,
      columns: 8,
      jumps: [{ column: 1, columns: 5, duration: 29_000 }],
    });
  });

  test('leaves a group its columns', () => {
    expect(layOut(1, [laneWith([0, 60_004], '(ab)')], 60_008).jumps).toEqual([
      { column: 4, columns: 4, duration: 60_000 },
    ]);
  });

  test('gives every time a column, and ends where the scenario ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100_000)),
        fc.constantFrom(1, 10, 1_000, 60_000),
        fc.integer({ min: 1, max: 99_999 }),
        (some, tick, more) => {
          const times = [...new Set(some)].sort((a, b) => a - b);
          const duration = (times.at(-1) ?? 0) + more;
          const timeline = layOut(tick, [laneWith(times)], duration);
          expect(timeAt(timeline, timeline.columns)).toBe(duration);
          for (const time of times) expect(timeAt(timeline, columnAt(timeline, time) ?? -1)).toBe(time);
        },
      ),
    );
  });
});
