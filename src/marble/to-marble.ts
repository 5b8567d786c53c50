import { compareLanes } from './compare.ts';
import { printJsonPattern } from './json-pattern.ts';
import { laneRules } from './lane-kinds.ts';
import { layOut } from './layout.ts';
import { asValue, KnownSymbols } from './match-symbol.ts';
import { printScenario } from './print.ts';
import type { Lane, LaneEvent, LegendEntry, Scenario, Timeline } from './scenario.ts';
import { defaultSettings } from './settings.ts';
import { columnAt } from './timeline.ts';
import { cellsOf } from './to-marble-cells.ts';
import { newSymbol } from './to-marble-symbol.ts';
import type { Trace, TraceEvent, TraceLane } from './trace.ts';
import type { Value } from './value.ts';

/**
 * Writes what happened as a scenario that holds: with a scenario, the same one with what was seen in its asserted lanes;
 * without one, a new scenario of all lanes in which something was seen.
 *
 * ```
 *   in   --a--b--        in   --a--b--
 *   out  --------   ->   out  --a--B--
 *                        B = "b, again"
 * ```
 */
export function toMarble(trace: Trace, scenario?: Scenario): string {
  return printScenario(toScenario(trace, scenario));
}

/**
 * As `toMarble`, not yet written. Symbols of the scenario stay where they fit; new ones come into the legend. A scenario
 * that asserts nothing yet gets the `out` lanes, and so does a party whose `in` nobody looks at. Positions of what is new mean nothing.
 */
export function toScenario(trace: Trace, scenario?: Scenario): Scenario {
  const given = scenario ?? emptyScenario(trace);
  const names = namesToDraw(trace, given, scenario === undefined);
  const symbols = new KnownSymbols(given.lanes, given.legend);
  const legend = new Map(given.legend.map((entry) => [entry.symbol, entry]));
  const expected = expectedEvents(trace, given);
  const bind = (value: Value | LegendEntry['value'], hint: string): string => {
    const symbol = newSymbol(hint, (symbol) => symbols.has(symbol) || legend.has(symbol));
    legend.set(symbol, { symbol, value, position: given.position });
    if (value.kind !== 'sequence') symbols.bind(symbol, value);
    return symbol;
  };
  const lanes = trace.lanes
    .filter(({ name }) => names.has(name))
    .map((seen): Lane => {
      const events = seen.events.map((event): LaneEvent => {
        const value = asValue(event.seen) ?? { kind: 'any' };
        const want = expected.get(event);
        if (want !== undefined) return { ...want, time: event.time, cell: want.symbol };
        const now = trace.epoch + event.time;
        const symbol = symbols.find(event.seen, seen.kind, now) ?? bind(value, hintOf(value));
        return { time: event.time, symbol, cell: symbol, position: given.position, value };
      });
      const { name, kind, party } = seen;
      return { name, kind, ...(party === undefined ? {} : { party }), position: given.position, events };
    });
  const drawn = withCells(inOrder(lanes, given), given, legend, bind);
  return { ...drawn, legend: usedOf([...legend.values()], drawn.lanes) };
}

function emptyScenario({ duration, epoch }: Trace): Scenario {
  const position = { line: 1, column: 1 };
  const timeline: Timeline = { tick: 1, columns: duration, jumps: [] };
  const settings = { ...defaultSettings, epoch };
  return { title: 'what was seen', position, settings, prose: '', lanes: [], legend: [], timeline, duration };
}

function namesToDraw(trace: Trace, { lanes }: Scenario, drawAll: boolean): ReadonlySet<string> {
  const outs = trace.lanes.filter(({ kind }) => kind === 'out');
  const asserted = lanes.filter(({ kind }) => laneRules[kind].role === 'asserted');
  const seen = drawAll ? trace.lanes.filter(({ events }) => events.length > 0) : [];
  const isAlone = ({ party }: TraceLane): boolean => {
    const kinds = lanes.filter((lane) => lane.party === party).map(({ kind }) => kind);
    return kinds.includes('in') && !kinds.includes('out') && !kinds.includes('wire');
  };
  const more = asserted.length === 0 ? outs : outs.filter(isAlone);
  return new Set([...asserted, ...seen, ...more].map(({ name }) => name));
}

/** What was seen and expected keeps the symbol of what was expected. */
function expectedEvents(trace: Trace, scenario: Scenario): ReadonlyMap<TraceEvent, LaneEvent> {
  const steps = compareLanes(scenario, trace).flatMap(({ steps }) => steps);
  return new Map(
    steps.flatMap(({ want, got, differences }) => (want && got && !differences ? [[got, want] as const] : [])),
  );
}

/** The drawn lanes take the places of those that the scenario has; new ones come last. */
function inOrder(drawn: readonly Lane[], { lanes }: Scenario): Lane[] {
  const kept = lanes.map((lane) => {
    const again = drawn.find(({ name }) => name === lane.name);
    return again === undefined ? lane : { ...again, position: lane.position };
  });
  return [...kept, ...drawn.filter(({ name }) => !lanes.some((lane) => lane.name === name))];
}

/** Draws on the columns of the scenario; where some event has none, on new ones. */
function withCells(
  lanes: readonly Lane[],
  given: Scenario,
  legend: ReadonlyMap<string, LegendEntry>,
  bind: (value: LegendEntry['value'], hint: string) => string,
): Scenario {
  const times = lanes.flatMap(({ events }) => events.map(({ time }) => time));
  const hasColumn = (time: number): boolean => (columnAt(given.timeline, time) ?? Number.NaN) < given.timeline.columns;
  const isOnGrid = times.every(hasColumn) && (given.lanes.length > 0 || given.timeline.columns <= widest);
  const draw = (timeline: Timeline | undefined): Lane[] =>
    lanes.map((lane) => {
      const before = given.lanes.find(({ name }) => name === lane.name);
      return { ...lane, events: cellsOf(lane, before, timeline, [...legend.values()], bind) };
    });
  if (isOnGrid) return { ...given, lanes: draw(given.timeline) };
  const drawn = draw(undefined);
  const tick = times.every((time) => time % given.timeline.tick === 0) ? given.timeline.tick : 1;
  const settings = { ...given.settings, tick };
  return { ...given, settings, lanes: drawn, timeline: layOut(tick, drawn, given.duration) };
}

/** Wider than this, what was not drawn before is drawn with jumps. */
const widest = 120;

/** Letters that remind of the value, the best first: of `{"type": "join"}` the J. */
function hintOf(value: Value): string {
  if (value.kind === 'text') return value.text;
  if (value.kind !== 'json') return hints[value.kind] ?? '';
  const json = printJsonPattern(value.json);
  const words = [...json.matchAll(/(?:: |\[)"(\w)/g), ...json.matchAll(/"(\w+)":/g)];
  return words.map(([, word = '']) => word).join('');
}

const hints: Readonly<Partial<Record<Value['kind'], string>>> = {
  ...{ close: 'X', error: 'E', reject: 'R', ping: 'P', pong: 'Q', terminate: 'T', binary: 'B' },
};

function usedOf(legend: readonly LegendEntry[], lanes: readonly Lane[]): LegendEntry[] {
  const used = new Set(lanes.flatMap(({ events }) => events.flatMap(({ symbol, cell }) => [symbol, cell])));
  for (const { symbol, value } of legend) {
    if (value.kind === 'sequence' && used.has(symbol)) for (const item of value.items) used.add(item);
  }
  return legend.filter(({ symbol }) => used.has(symbol));
}
