import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare } from '../../src/marble/compare.ts';
import { parseMarbles } from '../../src/marble/parse.ts';
import type { Scenario } from '../../src/marble/scenario.ts';
import { toMarble } from '../../src/marble/to-marble.ts';
import type { Seen, Trace, TraceEvent } from '../../src/marble/trace.ts';
import { anyText } from './any-value.ts';
import { end, failed, type SeenLanes, scenarioOf, traceOf, value } from './as-expected.ts';

const drawn = (duration: number, seen: SeenLanes): string =>
  toMarble(traceOf({ duration, settings: scenarioOf('  out  -').settings }, seen));

function accepted(body: string, seen: SeenLanes): string {
  const { scenarios } = parseMarbles(`== a test ==\n${body}`, { drafts: true });
  const scenario = scenarios[0] as Scenario;
  return toMarble(traceOf(scenario, seen), scenario).replace('== a test ==\n', '').trimEnd();
}

describe('toMarble', () => {
  test('draws what was seen, with a letter for each value that is not its own', () => {
    const seen = {
      out: [
        [0, 'a'],
        [2, 'Hello'],
        [4, '{"n":1}'],
        [5, 'Hello'],
        [7, 4001],
      ],
      sub: [[0, { kind: 'subscribe' }]],
    } as const;
    expect(drawn(9, seen)).toBe(`== what was seen ==
  out  a-H-NH-X-
  sub  ^--------
  H = "Hello"
  N = json {"n": 1}
  X = close 4001
`);
  });

  test('writes several events of one instant as a group, or as a letter where a group would hide what follows', () => {
    expect(
      drawn(12, {
        out: [
          [1, 'a'],
          [1, 'b'],
          [6, 'a'],
          [6, 'b'],
          [7, end],
        ],
      }),
    ).toBe(`== what was seen ==
  out  -(ab)-A|----
  A = (a b)
`);
  });

  test('lets idle time pass in jumps', () => {
    const text = drawn(60_000, {
      out: [
        [0, 'a'],
        [30_000, 'b'],
      ],
    });
    expect(text).toMatch(/^ {2}time {2}.*\[29999ms\]/m);
    expect(parseMarbles(text).scenarios[0]?.lanes[0]?.events.map(({ time }) => time)).toEqual([0, 30_000]);
  });

  test('keeps the letters of a scenario where they fit, and all that the trace has no say in', () => {
    const body = '> Said twice.\n  in   --a--b--\n  out  --A--P--\n  A = "again"\n  P = text /^b/';
    expect(
      accepted(body, {
        out: [
          [2, 'again'],
          [5, 'bb'],
        ],
      }),
    ).toBe(body);
    expect(
      accepted(body, {
        out: [
          [3, 'again'],
          [5, 'cc'],
          [6, 'bb'],
        ],
        wire: [[0, 'x']],
      }),
    ).toBe('> Said twice.\n  in   --a--b--\n  out  ---A-CP-\n  A = "again"\n  P = text /^b/\n  C = "cc"');
  });

  test('gives a draft the out lanes of its parties', () => {
    expect(accepted('  in  --a--b--', { out: [[3, 'b']], sub: [[0, { kind: 'subscribe' }]] })).toBe(
      '  in   --a--b--\n  out  ---b----',
    );
  });

  test('makes new columns where the old ones do not fit', () => {
    expect(accepted('tick: 10ms\n  in   -a-\n  out  -a-', { out: [[15, 'a']] })).toContain('  out  ');
    const { scenarios } = parseMarbles(
      `== a test ==\n${accepted('tick: 10ms\n  in   -a-\n  out  -a-', { out: [[15, 'a']] })}`,
    );
    expect(scenarios[0]?.lanes.map(({ events }) => events[0]?.time)).toEqual([10, 15]);
    expect(scenarios[0]?.duration).toBe(30);
  });

  test('a letter that no lane may hold gets one that may', () => {
    expect(drawn(1, { out: [[0, 'ꜣ']] })).toContain('  out  A\n  A = "ꜣ"');
  });

  test('shows a value that no text can say as any', () => {
    expect(drawn(3, { 'p.seen': [[1, value(() => 1)]] })).toContain(' = any');
  });
});

const anySeen: fc.Arbitrary<Seen> = fc.oneof(
  fc.oneof(fc.constantFrom('a', 'b', '1', 'Hello'), anyText).map((text): Seen => ({ kind: 'text', text })),
  fc.json().map((text): Seen => ({ kind: 'text', text })),
  fc.uint8Array({ maxLength: 40 }).map((bytes): Seen => ({ kind: 'binary', bytes })),
);
const anyEnd: fc.Arbitrary<Seen> = fc.oneof(
  fc.constantFrom<Seen>(end, failed(new TypeError('x')), failed('boom')),
  fc.constantFrom('', 'kicked').map((reason): Seen => ({ kind: 'close', code: 4001, reason })),
);

const anyEvents = (duration: number): fc.Arbitrary<TraceEvent[]> =>
  fc
    .tuple(fc.array(fc.tuple(fc.nat(duration - 1), anySeen), { maxLength: 8 }), fc.option(anyEnd))
    .map(([messages, end]) => {
      const events = messages.map(([time, seen]) => ({ time, seen })).sort((a, b) => a.time - b.time);
      return end === null ? events : [...events, { time: events.at(-1)?.time ?? 0, seen: end }];
    });

const anyTrace = (...durations: number[]): fc.Arbitrary<Trace> =>
  fc.constantFrom(...durations).chain((duration) =>
    fc.tuple(anyEvents(duration), anyEvents(duration)).map(([out, wire]) => ({
      lanes: [
        { name: 'ann.out', kind: 'out' as const, party: 'ann', events: out },
        { name: 'wire', kind: 'wire' as const, events: wire },
      ],
      duration,
      epoch: 5,
    })),
  );

describe('any trace', () => {
  const rereads = (trace: Trace, scenario?: Scenario): void => {
    const text = toMarble(trace, scenario);
    const { scenarios, problems } = parseMarbles(text);
    expect(problems).toEqual([]);
    expect(scenarios[0]?.duration).toBe(trace.duration);
    expect(compare(scenarios[0] as Scenario, trace)).toEqual([]);
  };

  test('becomes a scenario that holds for it', () => {
    fc.assert(
      fc.property(anyTrace(1, 9, 40, 1_000, 3_600_000), (trace) => rereads(trace)),
      { numRuns: 300 },
    );
  });

  test('becomes a scenario that holds for it, whatever was expected before', () => {
    const before = scenarioOf(`  in        ^-a-(bc)--
  ann.in    --a
  ann.out   -a-A-(aA)g
  wire      ---#
  A = "Hello"
  g = (a A |)`);
    fc.assert(
      fc.property(anyTrace(1, 9, 40, 300), (trace) =>
        rereads(trace, { ...before, ...laidOver(before, trace.duration) }),
      ),
      { numRuns: 300 },
    );
  });
});

/** The same scenario over another time, as long as its events are within. */
function laidOver({ lanes, timeline }: Scenario, duration: number): Pick<Scenario, 'lanes' | 'timeline' | 'duration'> {
  const kept = lanes.map((lane) => ({
    ...lane,
    events: lane.events.filter(({ time, cell }) => time + cell.length <= duration),
  }));
  return { lanes: kept, timeline: { ...timeline, columns: duration }, duration };
}
