import { parseMarbles } from '../../src/marble/parse.ts';
import type { LaneEvent, Scenario } from '../../src/marble/scenario.ts';

/** Reads one scenario; it need not assert anything. */
export function scenarioOf(text: string): Scenario {
  const { scenarios, problems } = parseMarbles(`== a title ==\n${text}`, { drafts: true });
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return scenario;
}

export const room = scenarioOf(`
> Late comers see only what is said after they joined.
  ann.in   ^--h-----|
  ann.out  ---H--Y--|
  bob.in   -^----y---
  bob.out  ---H--Y---
  h = "hi"
  y = "yo"
  H = "1:hi"
  Y = "2:yo"
`);

export const everything = scenarioOf(`
> Everything that a lane can hold: <b> & "c".
  in     ^-aPO-X
  out    -hjbsxyE
  wire   -(hj)PQ-K-O-T
  sub    -^--!--^--!
  peer   --x--r--2---
  buf    -1-3--0-----
  drop   --a--(bc)-----
  do     -1--2
  log    -l---
  prices.push  -a-j-#
  prices.seen  --a-j-|
  bob.in   -a--#
  bob.out  R----
  h = "Hello <b>&\\"you\\""
  j = json {"k": 4, "at": <now>}
  b = hex 01 ff 00
  s = bytes 65536
  x = text /^h.*o$/i
  y = any
  P = ping
  Q = ping
  O = pong
  T = terminate
  K = close 4001 "kicked"
  X = close 4003 "enough of this"
  E = error TypeError "no such room"
  R = reject 401 "token missing"
  l = "listening"
`);

export const silentPeer = scenarioOf(`
tick: 1s
  time  -[29s]-[9s]--
  in    -------------
  wire  ------P----T-
  P = ping
  T = terminate
`);

export const longValues = scenarioOf(`
tick: 10ms
  in   --q-------#
  out  ---Q----(QX)
  q = json ${JSON.stringify({ symbols: Array.from({ length: 40 }, (_, index) => `SYMBOL${index}`) })}
  Q = "日本語のテキスト ${'日本語'.repeat(40)}"
  X = close 4003 "enough of this, thank you very much indeed, and goodbye to you too"
`);

export const sixtyColumns = scenarioOf(`
  in   ${'--a-b'.repeat(12)}
  out  ${'---a-'.repeat(11)}(abcd)|
`);

/** Every kind of picture, by what it is about. */
export const examples: Readonly<Record<string, Scenario>> = {
  'an echo': scenarioOf('  in   --a--b--|\n  out  --a--b--|\n  sub  ^-------!'),
  'a room': room,
  'all symbols': everything,
  'a jump': silentPeer,
  'long values': longValues,
  'sixty columns': sixtyColumns,
  'groups of five': scenarioOf('  in   --(abcde)----(ab|)\n  out  --g----------(ab#)\n  g = (a b c d e)'),
  'one lane': scenarioOf('  wire  -a-'),
  'lanes in which nothing happens': scenarioOf('  in   --------------------\n  sub  -'),
  'a single column': scenarioOf('  in   |'),
};

/** A scenario without one of its events, for each of them. */
export function withoutEach(scenario: Scenario): Array<{ readonly event: LaneEvent; readonly rest: Scenario }> {
  return scenario.lanes.flatMap((lane, row) =>
    lane.events.map((event, index) => {
      const events = lane.events.toSpliced(index, 1);
      return { event, rest: { ...scenario, lanes: scenario.lanes.with(row, { ...lane, events }) } };
    }),
  );
}
