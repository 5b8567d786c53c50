import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { align } from '../../src/marble/align.ts';
import { compare } from '../../src/marble/compare.ts';
import type { Scenario } from '../../src/marble/scenario.ts';
import type { Seen, Trace, TraceLane } from '../../src/marble/trace.ts';
import { anyFile } from './any-file.ts';
import { end, failed, type SeenLanes, scenarioOf, traceAsExpected, traceOf } from './as-expected.ts';

/** Cause, and what was expected and seen when. */
function found(body: string, seen: SeenLanes): string[] {
  const scenario = scenarioOf(body);
  return compare(scenario, traceOf(scenario, seen)).map(({ cause, lane, want, got, position }) => {
    const wanted = want.map(({ symbol, time }) => `${symbol}@${time}`).join(' ') || 'nothing';
    const came = got.map(({ time }) => time).join(' ') || 'nothing';
    return `${lane.name} ${position.line}:${position.column} ${cause}: ${wanted}, got ${came}`;
  });
}

const echo = '  in   --a--b--|\n  out  --a--b--|';

describe('compare', () => {
  test.each<[string, string, SeenLanes, string[]]>([
    [
      'what came as expected',
      echo,
      {
        out: [
          [2, 'a'],
          [5, 'b'],
          [8, end],
        ],
      },
      [],
    ],
    [
      'what came late',
      echo,
      {
        out: [
          [3, 'a'],
          [5, 'b'],
          [8, end],
        ],
      },
      ['out 3:10 late: a@2, got 3'],
    ],
    [
      'what came early',
      echo,
      {
        out: [
          [2, 'a'],
          [4, 'b'],
          [8, end],
        ],
      },
      ['out 3:13 early: b@5, got 4'],
    ],
    [
      'what did not come',
      echo,
      {
        out: [
          [2, 'a'],
          [8, end],
        ],
      },
      ['out 3:13 missing: b@5, got nothing'],
    ],
    [
      'what came too much',
      echo,
      {
        out: [
          [2, 'a'],
          [4, 'x'],
          [5, 'b'],
          [8, end],
        ],
      },
      ['out 3:12 extra: nothing, got 4'],
    ],
    [
      'another value',
      echo,
      {
        out: [
          [2, 'a'],
          [5, 'B'],
          [8, end],
        ],
      },
      ['out 3:13 wrong value: b@5, got 5'],
    ],
    [
      'another order',
      echo,
      {
        out: [
          [2, 'b'],
          [5, 'a'],
          [8, end],
        ],
      },
      ['out 3:10 wrong order: a@2 b@5, got 2 5'],
    ],
    [
      'an error instead',
      echo,
      {
        out: [
          [2, 'a'],
          [5, failed(1)],
          [8, end],
        ],
      },
      ['out 3:13 unexpected error: b@5, got 5'],
    ],
    [
      'an error',
      echo,
      {
        out: [
          [2, 'a'],
          [5, 'b'],
          [6, failed(1)],
          [8, end],
        ],
      },
      ['out 3:14 unexpected error: nothing, got 6'],
    ],
    [
      'a Close instead of the end',
      echo,
      {
        out: [
          [2, 'a'],
          [5, 'b'],
          [8, 4000],
        ],
      },
      ['out 3:16 wrong end: |@8, got 8'],
    ],
    ['another Close', '  out  --X\n  X = close 4001', { out: [[2, 4000]] }, ['out 2:10 wrong close: X@2, got 2']],
    ['another error', '  out  --X\n  X = error "a"', { out: [[2, failed('b')]] }, ['out 2:10 wrong error: X@2, got 2']],
    ['anything in an empty lane', '  out  -----', { out: [[2, 'a']] }, ['out 2:3 extra: nothing, got 2']],
    [
      'another group',
      '  out  -(ab)',
      {
        out: [
          [1, 'a'],
          [1, 'x'],
        ],
      },
      ['out 2:11 wrong value: b@1, got 1'],
    ],
    [
      'equal values that all come late',
      '  out  -a-a-a--',
      {
        out: [
          [3, 'a'],
          [5, 'a'],
          [7, 'a'],
        ],
      },
      ['out 2:9 late: a@1, got 3', 'out 2:11 late: a@3, got 5', 'out 2:13 late: a@5, got 7'],
    ],
    [
      'one missing among equal values',
      '  out  -a-a-a--',
      {
        out: [
          [1, 'a'],
          [5, 'a'],
        ],
      },
      ['out 2:11 missing: a@3, got nothing'],
    ],
    [
      'late and missing',
      echo,
      {
        out: [
          [4, 'a'],
          [8, end],
        ],
      },
      ['out 3:10 late: a@2, got 4', 'out 3:13 missing: b@5, got nothing'],
    ],
  ])('finds %s', (_name, body, seen, mismatches) => {
    expect(found(body, seen)).toEqual(mismatches);
  });

  test('lanes that are not written are not looked at', () => {
    expect(found('  out  --a', { out: [[2, 'a']], wire: [[1, 'b']], log: [[0, 'c']] })).toEqual([]);
  });

  test('a lane that nobody recorded cannot hold', () => {
    expect(() => found('  out  --a\n  p.seen  ---', { out: [[2, 'a']] })).toThrow('The trace has no lane p.seen');
  });

  test('what comes after the end is not looked at', () => {
    expect(
      found('  out  --a--', {
        out: [
          [2, 'a'],
          [5, 'b'],
        ],
      }),
    ).toEqual([]);
  });

  test('mismatches of all lanes come in the order of time', () => {
    const seen = { 'a.out': [[3, 'a']], 'b.out': [[1, 'a']] } as const;
    expect(found('  a.out  ----\n  b.out  ----', seen)).toEqual([
      'b.out 3:3 extra: nothing, got 1',
      'a.out 2:3 extra: nothing, got 3',
    ]);
  });

  test('with timing: order only the order counts', () => {
    const body = `timing: order\n${echo}`;
    expect(
      found(body, {
        out: [
          [40, 'a'],
          [41, 'b'],
          [90, end],
        ],
      }),
    ).toEqual([]);
    expect(
      found(body, {
        out: [
          [40, 'b'],
          [41, 'a'],
          [90, end],
        ],
      }),
    ).toEqual(['out 4:10 wrong order: a@2 b@5, got 40 41']);
    expect(
      found(body, {
        out: [
          [40, 'a'],
          [41, 'b'],
          [90, end],
          [91, 'c'],
        ],
      }),
    ).toHaveLength(1);
  });

  test('with timing: within so many ms are allowed, to either side', () => {
    const body = `timing: within 2ms\n${echo}`;
    expect(
      found(body, {
        out: [
          [0, 'a'],
          [7, 'b'],
          [10, end],
        ],
      }),
    ).toEqual([]);
    expect(
      found(body, {
        out: [
          [2, 'a'],
          [8, 'b'],
          [8, end],
        ],
      }),
    ).toEqual(['out 4:13 late: b@5, got 8']);
  });

  test('an id is the same in all lanes, and what was sent counts', () => {
    const body = '  a.out  A----\n  b.out  --B--\n  A = json {"id": <id:1>}\n  B = json [<id:1>]';
    const scenario = scenarioOf(body);
    const held = (first: string, second: string, ids = {}): number => {
      const seen = { 'a.out': [[0, `{"id":${first}}`]], 'b.out': [[2, `[${second}]`]] } as const;
      return compare(scenario, traceOf(scenario, seen), new Map(Object.entries(ids))).length;
    };
    expect(held('1', '1')).toBe(0);
    expect(held('1', '2')).toBe(1);
    expect(held('1', '1', { 1: 1 })).toBe(0);
    expect(held('1', '1', { 1: 7 })).toBe(2);
  });

  test('different ids are different values, in all lanes, and what was sent counts', () => {
    const body = '  a.out  A----\n  b.out  --B--\n  A = json {"id": <id:1>}\n  B = json [<id:2>]';
    const scenario = scenarioOf(body);
    const held = (first: string, second: string, ids = {}): number => {
      const seen = { 'a.out': [[0, `{"id":${first}}`]], 'b.out': [[2, `[${second}]`]] } as const;
      return compare(scenario, traceOf(scenario, seen), new Map(Object.entries(ids))).length;
    };
    expect(held('1', '2')).toBe(0);
    expect(held('1', '1')).toBe(1);
    expect(held('1', '2', { 3: 2 })).toBe(1);
    expect(held('{"of":1}', '{"of":1}')).toBe(1);
  });

  test('thousands of events that do not fit are compared in bounded time', () => {
    const scenario = scenarioOf(`timing: order\n  out  ${'ab'.repeat(2_500)}`);
    const seen = Array.from({ length: 5_000 }, (_, time) => [time, String(time)] as const);
    expect(compare(scenario, traceOf(scenario, { out: seen }))).toHaveLength(5_000);
  });
});

describe('any scenario', () => {
  const anyScenario = anyFile
    .map(({ scenarios }) => scenarios.map(withSmallSizes))
    .filter((scenarios) => scenarios.length > 0)
    .map(([first]) => first as Scenario);

  test('holds for the trace that it expects', () => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        expect(compare(scenario, traceAsExpected(scenario))).toEqual([]);
      }),
    );
  });

  test('does not hold when any single event is shifted, dropped, added or changed', () => {
    fc.assert(
      fc.property(anyScenario, fc.nat(), fc.nat(), (scenario, at, by) => {
        const exact: Scenario = { ...scenario, settings: { ...scenario.settings, timing: 'exact' } };
        const trace = traceAsExpected(exact);
        const lane = trace.lanes[at % trace.lanes.length];
        for (const mutant of lane === undefined ? [] : mutantsOf(lane, by, exact.duration)) {
          const lanes = trace.lanes.map((other) => (other === lane ? mutant : other));
          expect(compare(exact, { ...trace, lanes } satisfies Trace)).not.toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function withSmallSizes(scenario: Scenario): Scenario {
  const lanes = scenario.lanes.map((lane) => ({
    ...lane,
    events: lane.events.map((event) =>
      event.value.kind === 'size' ? { ...event, value: { ...event.value, size: event.value.size % 100 } } : event,
    ),
  }));
  return { ...scenario, lanes };
}

const unheardOf: Seen = { kind: 'waiting', count: 99 };

function mutantsOf(lane: TraceLane, pick: number, duration: number): TraceLane[] {
  const { events } = lane;
  const added = { time: pick % duration, seen: unheardOf };
  const inTime = [...events, added].sort((a, b) => a.time - b.time);
  const index = pick % Math.max(1, events.length);
  const event = events[index];
  if (event === undefined) return [{ ...lane, events: inTime }];
  const later = { ...event, time: event.time + 1 < duration ? event.time + 1 : event.time - 1 };
  return [
    { ...lane, events: inTime },
    { ...lane, events: events.toSpliced(index, 1) },
    { ...lane, events: events.toSpliced(index, 1, { ...event, seen: unheardOf }) },
    { ...lane, events: events.toSpliced(index, 0, event) },
    ...(later.time < 0 ? [] : [{ ...lane, events: events.toSpliced(index, 1, later).sort((a, b) => a.time - b.time) }]),
  ];
}

describe('align', () => {
  const cost = (want: string, got: string): number => (want === got ? 0 : 1.5);
  const shown = (want: string, got: string): string =>
    align([...want], [...got], cost)
      .map((pair) => `${pair.want ?? '-'}${pair.got ?? '-'}`)
      .join(' ');

  test.each([
    ['abc', 'abc', 'aa bb cc'],
    ['abcd', 'acd', 'aa b- cc dd'],
    ['abcd', 'abxcd', 'aa bb -x cc dd'],
    ['abcd', 'axcd', 'aa bx cc dd'],
    ['', 'ab', '-a -b'],
    ['ab', '', 'a- b-'],
    ['aab', 'ab', 'aa a- bb'],
  ])('%s with %s is %s', (want, got, pairs) => {
    expect(shown(want, got)).toBe(pairs);
  });

  test('keeps every event, each once and in order', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (want, got) => {
        const pairs = align([...want], [...got], cost);
        expect(pairs.map((pair) => pair.want ?? '').join('')).toBe(want);
        expect(pairs.map((pair) => pair.got ?? '').join('')).toBe(got);
      }),
    );
  });
});
