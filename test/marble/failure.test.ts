import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../src/marble/draw/text-width.ts';
import { failureOf } from '../../src/marble/failure.ts';
import type { Reason, SetTimer } from '../../src/marble/failure-reason.ts';
import { MarbleMismatch } from '../../src/marble/mismatch.ts';
import type { Scenario } from '../../src/marble/scenario.ts';
import type { Seen } from '../../src/marble/trace.ts';
import { end, failed, type SeenLanes, scenarioOf, traceOf, value } from './as-expected.ts';

const subscribe: Seen = { kind: 'subscribe' };
const echo = '  in   --a--b--|\n  out  --a--b--|';

const timer = (by: string, delay: number, place?: string): SetTimer => ({ by, delay, place });

function failure(body: string, seen: SeenLanes, reason?: Reason): MarbleMismatch {
  const scenario = scenarioOf(body);
  const options = { file: 'marbles/a.marble', ...(reason === undefined ? {} : { reason }) };
  const found = failureOf(scenario, traceOf(scenario, seen), options);
  if (found === undefined) throw new Error('It holds.');
  return found;
}

/** So many rounds of a, b and c, ten ms each; in one of them b is late. */
function rounds(count: number, late: number): Array<readonly [number, string]> {
  return Array.from({ length: count }, (_, round) => {
    const start = round * 10;
    return [
      [start + 1, 'a'],
      [start + (round === late ? 5 : 4), 'b'],
      [start + 8, 'c'],
    ] as const;
  }).flat();
}

/** As a terminal shows it. */
const printed = (body: string, seen: SeenLanes, reason?: Reason): string =>
  `\n${String(failure(body, seen, reason))}\n`;

describe('the failure of a scenario', () => {
  test('is none where it holds', () => {
    const scenario = scenarioOf(echo);
    expect(
      failureOf(
        scenario,
        traceOf(scenario, {
          out: [
            [2, 'a'],
            [5, 'b'],
            [8, end],
          ],
        }),
      ),
    ).toBeUndefined();
  });

  test('names the place of the first mismatch in the file', () => {
    const found = failure('  out  --a--b', {
      out: [
        [2, 'a'],
        [4, 'b'],
      ],
    });
    expect(found).toBeInstanceOf(MarbleMismatch);
    expect(found.position).toEqual({ line: 2, column: 13 });
    expect(found.stack?.split('\n').at(-1)).toBe('    at a test (marbles/a.marble:2:13)');
    expect(found.mismatches).toHaveLength(1);
  });

  test('keeps the stack of the call where there is no file', () => {
    const scenario = scenarioOf('  out  --a');
    expect(failureOf(scenario, traceOf(scenario, { out: [] }))?.stack).toContain('failure.ts');
  });

  test('has no parentheses in the name of its place, which would end it', () => {
    const error = new MarbleMismatch('m', { position: { line: 1, column: 2 }, title: 'f(x) (y)', file: 'a.marble' });
    expect(error.stack).toBe('MarbleMismatch: m\n    at fx y (a.marble:1:2)');
  });

  test('has what the handler threw as its cause', () => {
    const error = new TypeError('no room');
    expect(
      failure(echo, {
        out: [
          [2, 'a'],
          [5, failed(error)],
        ],
      }).cause,
    ).toBe(error);
    expect(failure('  wire  --a--', { wire: [[2, 1011]], out: [[2, failed(error)]] }).cause).toBe(error);
    expect(failure('  out  --a--', { out: [] })).not.toHaveProperty('cause');
  });
});

describe('the drawing of a failure', () => {
  test.each<[string, string, SeenLanes, Reason?]>([
    [
      'late',
      '  in   -a-----b---\n  out  --a------b-',
      {
        out: [
          [3, 'a'],
          [9, 'b'],
        ],
      },
    ],
    [
      'all late',
      echo,
      {
        out: [
          [3, 'a'],
          [6, 'b'],
          [8, end],
        ],
      },
    ],
    [
      'early',
      echo,
      {
        out: [
          [2, 'a'],
          [4, 'b'],
          [8, end],
        ],
      },
    ],
    ['missing', '  in   --a--\n  out  --A--\n  A = "hi"', { out: [] }],
    ['all missing', echo, { out: [], sub: [] }],
    [
      'extra',
      echo,
      {
        out: [
          [2, 'a'],
          [5, 'b'],
          [7, 'late news'],
          [8, end],
        ],
      },
    ],
    [
      'wrong values',
      '  in   --a----b\n  out  --c-----\n  c = json {"k": "x", "n": 4}',
      {
        out: [
          [2, '{"n":3,"k":"x"}'],
          [7, '{"n":7}'],
        ],
      },
    ],
    [
      'wrong close',
      '  in   --a--\n  out  --X--\n  X = close 4003 "enough"',
      { out: [[2, { kind: 'close', code: 4003, reason: 'bye' }]] },
    ],
    ['wrong end', '  in   --a--\n  out  --X--\n  X = close 4003', { out: [[2, end]] }],
    ['wrong error', '  out  --E\n  E = error RangeError "too big"', { out: [[2, failed(new TypeError('x'))]] }],
    [
      'wrong order',
      echo,
      {
        out: [
          [2, 'b'],
          [5, 'a'],
          [8, end],
        ],
      },
    ],
    [
      'unexpected error',
      echo,
      {
        out: [
          [2, 'a'],
          [5, failed(new TypeError("Cannot read 'name' of undefined"))],
        ],
      },
    ],
    [
      'an error in a lane that is not written',
      '  in    --a--\n  wire  --a--',
      { wire: [[2, 1011]], out: [[2, failed(new TypeError('x'))]] },
    ],
    [
      'a group that hides what follows',
      '  in   --a-b------\n  out  --(xy)b---',
      {
        out: [
          [2, 'x'],
          [2, 'y'],
          [4, 'b'],
        ],
      },
    ],
    [
      'a crowd',
      '  in   --ab\n  out  --ab',
      {
        out: [
          [2, 'a'],
          [2, 'y'],
          [3, 'b'],
        ],
      },
    ],
    ['times off the grid', 'tick: 10ms\n  in   --a--\n  out  --a--', { out: [[25, 'a']] }],
    [
      'jumps',
      'tick: 1s\n  time  -[29s]-[9s]--\n  wire  ------P----T-\n  P = ping\n  T = terminate',
      {
        wire: [
          [25_000, { kind: 'ping' }],
          [40_000, { kind: 'terminate' }],
        ],
      },
    ],
    ['a wide diagram', `  in   ${'-a--b---c-'.repeat(20)}\n  out  ${'-a--b---c-'.repeat(20)}`, { out: rounds(20, 13) }],
    [
      'long idle times',
      `  in   --a${'-'.repeat(200)}b--\n  out  --a${'-'.repeat(200)}b--`,
      {
        out: [
          [2, 'a'],
          [150, 'b'],
        ],
      },
    ],
    ['a number instead of its text', '  p.seen  --3--', { 'p.seen': [[2, value(3)]] }],
    [
      'several parties',
      '  ann.in   ^-h---|\n  ann.out  --H---|\n  bob.in   ^--y---\n  bob.out  --H----\n  h = "hi"\n  y = "yo"\n  H = "1:hi"',
      {
        'ann.out': [
          [2, '1:hi'],
          [6, end],
        ],
        'bob.out': [[3, '1:hi']],
      },
    ],
    [
      'sub and buf',
      '  in   --a---\n  sub  ^--!--\n  buf  --1-2-\n  out  ------',
      {
        out: [],
        sub: [
          [1, subscribe],
          [3, { kind: 'unsubscribe' }],
        ],
        buf: [
          [2, { kind: 'waiting', count: 1 }],
          [4, { kind: 'waiting', count: 12 }],
        ],
      },
    ],
    [
      'only the order',
      `timing: order\n${echo}`,
      {
        out: [
          [12, 'a'],
          [14, 'x'],
          [15, 'b'],
          [31, end],
        ],
      },
    ],
    [
      'within',
      `timing: within 2ms\n${echo}`,
      {
        out: [
          [3, 'a'],
          [9, 'b'],
          [10, end],
        ],
      },
    ],
    ['tie', '  in   --a--a---\n  out  ----a--a-', { out: [[7, 'a']] }, { kind: 'tie', passes: 'inputs first' }],
    ['tie of neither', '  in   --a--\n  out  --a--', { out: [] }, { kind: 'tie', passes: 'neither' }],
    [
      'leak',
      echo,
      {
        out: [
          [2, 'a'],
          [5, 'b'],
          [8, end],
        ],
      },
      { kind: 'leak', timers: [timer('setInterval', 1_000, 'src/feed/prices.ts:12'), timer('setTimeout', 0)] },
    ],
    [
      'one leak',
      echo,
      {
        out: [
          [2, 'a'],
          [5, 'b'],
          [8, end],
        ],
      },
      { kind: 'leak', timers: [timer('setTimeout', 250, `${'long/'.repeat(20)}path.ts:120`)] },
    ],
    [
      'waiting for something real',
      '  in   --a\n  out  --a',
      { out: [] },
      {
        kind: 'real',
        work: [
          { what: 'the network', place: 'src/chat.ts:12' },
          { what: 'a file', place: undefined },
        ],
      },
    ],
    [
      'rejected',
      '  in   --a\n  out  --a',
      { out: [[2, 'a']] },
      { kind: 'rejected', error: new Error('no database'), time: 2 },
    ],
    [
      'not an error',
      '  in   --a\n  out  --a',
      { out: [[2, failed('boom')]] },
      { kind: 'not an error', thrown: 'boom', time: 2 },
    ],
    ['never settles', '  in   --a\n  out  --a', { out: [] }, { kind: 'never settles', time: 2 }],
    ['shared state', '  in   --a\n  out  --A\n  A = "1"', { out: [[2, '2']] }, { kind: 'shared state' }],
  ])('%s', (_name, body, seen, reason) => {
    expect(printed(body, seen, reason)).toMatchSnapshot();
  });

  test('the cause of a leaked promise is what it was rejected with', () => {
    const error = new Error('no database');
    expect(failure('  out  -', { out: [] }, { kind: 'rejected', error }).cause).toBe(error);
  });

  test('many mismatches are not all said', () => {
    const lanes = Array.from({ length: 9 }, (_, index) => `  p${index}.out  -${'-'.repeat(index)}a-`).join('\n');
    const seen = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`p${index}.out`, []]));
    expect(printed(lanes, seen)).toContain('  4. p3.out: a is missing, expected at 4 ms\n  ... and 5 more');
  });

  test('a value that differs in many places shows the first', () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const text = printed(`  out  A\n  A = json [${numbers}]`, {
      out: [[0, JSON.stringify(numbers.map((n) => n + 1))]],
    });
    expect(text).toContain('  $[5]: 5 -> 6\n  ... and 14 more inside');
  });

  const anyMessage = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.json(),
    fc.constantFrom('a', 'b', '\u202e', '日本'.repeat(60)),
  );
  const anySeen = fc.array(fc.tuple(fc.nat(400), anyMessage), { maxLength: 30 });

  test('fits 80 columns and is safe to print, whatever came', () => {
    const wide = scenarioOf(
      `  in   ${'a---b-'.repeat(60)}\n  out  ${'aA--(bB)-C'.repeat(35)}\n  A = "${'x'.repeat(200)}"\n  B = any\n  C = json {"a": 1}`,
    );
    fc.assert(
      fc.property(
        anySeen,
        fc.constantFrom<Scenario['settings']['timing']>('exact', 'order', { within: 3 }),
        (events, timing) => {
          const scenario = { ...wide, settings: { ...wide.settings, timing } };
          const out = events.toSorted(([a], [b]) => a - b);
          const text = String(failureOf(scenario, traceOf(scenario, { out })));
          for (const line of text.split('\n')) {
            expect(columnsOf(line)).toBeLessThanOrEqual(80);
            expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e]/u);
          }
        },
      ),
    );
  });

  test('says that the peer had gone, where a message after its Close is missing', () => {
    const text = printed('  in   -ab|----\n  out  ---(b|)-', { out: [[3, end]] });
    expect(text).toContain('Hint: The peer had gone at 3 ms: nothing can be sent to it any more.');
    expect(printed('  in   -ab----|\n  out  ----b--|', { out: [[7, end]] })).not.toContain('had gone');
  });
});
