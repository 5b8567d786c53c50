import { alignLane, type Comparing, compareValues, familyOf, isInTime, type Step } from './compare-lane.ts';
import { findWrongOrder, type WrongOrder } from './compare-order.ts';
import { laneRules } from './lane-kinds.ts';
import { match } from './match.ts';
import type { Cause, Mismatch } from './mismatch.ts';
import type { Lane, LaneEvent, Position, Scenario } from './scenario.ts';
import { columnAt } from './timeline.ts';
import type { Seen, Trace, TraceEvent } from './trace.ts';

/** One asserted lane, its events paired with what was seen. */
export interface LaneComparison {
  readonly lane: Lane;
  readonly steps: readonly Step[];
  readonly mismatches: readonly Mismatch[];
}

/**
 * Holds a trace against the scenario. Every asserted lane that is written is compared exhaustively: what it does not
 * show must not happen within the duration. Lanes that are not written are not looked at.
 *
 * @param ids What `<id:n>` stands for already, such as an id that was sent.
 * @returns The differences in the order of time; none if the scenario holds.
 * @throws Error if the trace has no lane of that name at all: then nobody has looked.
 */
export function compare(
  scenario: Scenario,
  trace: Trace,
  ids: ReadonlyMap<string, unknown> = new Map(),
): readonly Mismatch[] {
  return compareLanes(scenario, trace, ids)
    .flatMap(({ mismatches }) => mismatches)
    .sort((a, b) => a.time - b.time);
}

/** As `compare`, lane by lane and with the pairs that fit. */
export function compareLanes(
  scenario: Scenario,
  trace: Trace,
  ids: ReadonlyMap<string, unknown> = new Map(),
): readonly LaneComparison[] {
  const comparing: Comparing = { settings: scenario.settings, epoch: trace.epoch };
  const asserted = scenario.lanes.filter(({ kind }) => laneRules[kind].role === 'asserted');
  const aligned = asserted.map((lane) => {
    const seen = trace.lanes.find(({ name }) => name === lane.name);
    if (seen === undefined) throw new Error(`The trace has no lane ${lane.name}, which the scenario asserts.`);
    return { lane, aligned: alignLane(lane, seen.events, comparing) };
  });
  return compareValues(aligned, comparing, ids).map(({ lane, steps }) => {
    const kept = steps.filter(({ want, got }) => want !== undefined || isInside(got, scenario));
    return { lane, steps: kept, mismatches: mismatchesOf(lane, kept, scenario, comparing) };
  });
}

/** What comes after the end is not asserted, unless times mean nothing at all. */
function isInside(got: TraceEvent | undefined, { settings, duration }: Scenario): boolean {
  return settings.timing === 'order' || got === undefined || got.time < duration;
}

function mismatchesOf(lane: Lane, steps: readonly Step[], scenario: Scenario, { epoch }: Comparing): Mismatch[] {
  const fits = (want: LaneEvent, got: TraceEvent): boolean =>
    match(want.value, got.seen, { lane: lane.kind, now: epoch + got.time }).fits;
  const found = findWrongOrder(steps, fits).flatMap((step) => mismatchOf(lane, step, scenario));
  // Ids are not part of the search for another order; what it finds must never hide that something differs.
  return found.length > 0 ? found : steps.flatMap((step) => mismatchOf(lane, step, scenario));
}

function mismatchOf(lane: Lane, step: Step | WrongOrder, scenario: Scenario): Mismatch[] {
  if (isWrongOrder(step)) {
    const found = { cause: 'wrong order', lane, want: step.want, got: step.got, differences: [] } as const;
    return [placed(found, scenario)];
  }
  const cause = causeOf(step, scenario.settings.timing);
  if (cause === undefined) return [];
  const { want, got, differences = [] } = step;
  return [placed({ cause, lane, want: want ? [want] : [], got: got ? [got] : [], differences }, scenario)];
}

const isWrongOrder = (step: Step | WrongOrder): step is WrongOrder => Array.isArray(step.want);

function causeOf({ want, got, differences }: Step, timing: Scenario['settings']['timing']): Cause | undefined {
  if (want === undefined) return got?.seen.kind === 'error' ? 'unexpected error' : 'extra';
  if (got === undefined) return 'missing';
  if (differences !== undefined) return causeOfValue(want, got.seen);
  const distance = got.time - want.time;
  if (isInTime(distance, timing)) return undefined;
  return distance > 0 ? 'late' : 'early';
}

function causeOfValue({ value }: LaneEvent, seen: Seen): Cause {
  if (seen.kind === 'error') return value.kind === 'error' ? 'wrong error' : 'unexpected error';
  if (value.kind === 'close' && seen.kind === 'close') return 'wrong close';
  return familyOf(value) === 'end' && familyOf(seen) === 'end' ? 'wrong end' : 'wrong value';
}

function placed(found: Omit<Mismatch, 'position' | 'time'>, { timeline }: Scenario): Mismatch {
  const { lane, want, got } = found;
  const time = Math.min(...[...want, ...got].map((event) => event.time));
  const first = want[0];
  if (first !== undefined) return { ...found, time, position: first.position };
  return { ...found, time, position: placeIn(lane, time, timeline) };
}

/** Where in its lane an instant stands, counted from an event whose place is known. */
function placeIn(lane: Lane, time: number, timeline: Scenario['timeline']): Position {
  const column = columnAt(timeline, time);
  const [first] = lane.events;
  if (first === undefined || column === undefined) return first?.position ?? lane.position;
  const { line, column: place } = first.position;
  const start = first.cell.startsWith('(') ? place - 1 : place;
  return { line, column: start + column - (columnAt(timeline, first.time) ?? column) };
}
