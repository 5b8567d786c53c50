import type { LaneComparison } from './compare.ts';
import { at } from './failure-sentence.ts';
import { errorParts } from './match.ts';
import type { Mismatch } from './mismatch.ts';
import type { Dialect, LaneEvent, Scenario } from './scenario.ts';
import { columnAt } from './timeline.ts';
import type { Trace, TraceEvent } from './trace.ts';

/** What probably is the reason behind the mismatches, for those who would otherwise have to guess. */
export function hints(
  scenario: Scenario,
  trace: Trace,
  comparisons: readonly LaneComparison[],
  dialect: Dialect,
): string[] {
  const mismatches = comparisons.flatMap(({ mismatches }) => mismatches);
  return [
    ...failedElsewhere(trace, comparisons),
    ...neverSubscribed(scenario, trace, mismatches),
    ...afterTheEnd(scenario, mismatches),
    ...mismatches.flatMap((mismatch) => hiddenByGroup(mismatch, scenario, dialect)).slice(0, 1),
    ...mismatches.flatMap((mismatch) => isNumber(mismatch, dialect)).slice(0, 1),
  ];
}

/** The first error, of a handler or a guard, that was seen in a lane which does not fit or is not looked at. */
export function unexpectedError(trace: Trace, comparisons: readonly LaneComparison[]): TraceEvent | undefined {
  const fitting = new Set(
    comparisons.flatMap(({ steps }) =>
      steps.flatMap(({ want, got, differences }) => (want && !differences ? got : [])),
    ),
  );
  return trace.lanes
    .flatMap(({ events }) => events)
    .filter((event) => 'error' in event.seen && !fitting.has(event))
    .sort((a, b) => a.time - b.time)[0];
}

function failedElsewhere(trace: Trace, comparisons: readonly LaneComparison[]): string[] {
  const failed = unexpectedError(trace, comparisons);
  if (failed === undefined || !('error' in failed.seen)) return [];
  const { kind, error } = failed.seen;
  // Where it stands in a lane, the error of a handler is said there; of one of a guard only the answer.
  const isSaid = kind === 'error' && comparisons.some(({ steps }) => steps.some(({ got }) => got === failed));
  if (isSaid) return [];
  const { name, message } = errorParts(error);
  const who = kind === 'error' ? 'handler' : 'guard';
  return [`The ${who} failed at ${at(failed.time)}: ${name === undefined ? '' : `${name}: `}${message}`];
}

function neverSubscribed({ lanes }: Scenario, trace: Trace, mismatches: readonly Mismatch[]): string[] {
  const missing = mismatches.find(({ cause, lane }) => cause === 'missing' && lane.kind === 'out');
  if (missing === undefined) return [];
  const { party } = missing.lane;
  const isFed = lanes.some((lane) => lane.kind === 'in' && lane.party === party && lane.events.length > 0);
  const sub = trace.lanes.find((lane) => lane.kind === 'sub' && lane.party === party);
  const out = trace.lanes.find((lane) => lane.kind === 'out' && lane.party === party);
  const isRefused = out?.events.some(({ seen }) => seen.kind === 'reject') === true;
  if (!isFed || isRefused || sub === undefined || sub.events.length > 0) return [];
  return ['The handler never subscribed to in$, so no message of the in lane reached it.'];
}

const ends: readonly string[] = ['end', 'close', 'lost'];
const messages: readonly string[] = ['text', 'json', 'binary', 'size', 'pattern', 'any'];

/** Users of RxJS expect `debounceTime` to send its last value when its source completes; but nobody is there. */
function afterTheEnd({ lanes }: Scenario, mismatches: readonly Mismatch[]): string[] {
  for (const { cause, lane, want } of mismatches) {
    const [wanted] = want;
    if (cause !== 'missing' || lane.kind !== 'out' || wanted === undefined || !messages.includes(wanted.value.kind))
      continue;
    const input = lanes.find(({ kind, party }) => kind === 'in' && party === lane.party);
    const end = input?.events.find(({ time, value }) => ends.includes(value.kind) && time <= wanted.time);
    if (end !== undefined) return [`The peer had gone at ${at(end.time)}: nothing can be sent to it any more.`];
  }
  return [];
}

/** In a row with a group, what comes after it stands later than RxJS users may think. */
function hiddenByGroup({ want, got }: Mismatch, { lanes, timeline }: Scenario, dialect: Dialect): string[] {
  const [wanted] = want;
  const came = got[0];
  if (wanted === undefined || came === undefined || came.time >= wanted.time) return [];
  const group = lanes
    .flatMap(({ events }) => events)
    .find((event) => event.cell.startsWith('(') && endOf(event, timeline) === columnAt(timeline, wanted.time));
  const column = columnAt(timeline, came.time);
  const start = group && columnAt(timeline, group.time);
  if (group === undefined || start === undefined || column === undefined || column <= start) return [];
  const items = group.cell.slice(1, -1).split('');
  const letter =
    dialect === 'file'
      ? `write a letter: g = (${items.join(' ')})`
      : `write a letter, with values: { g: sequence(${items.map((item) => `'${item}'`).join(', ')}) }`;
  const why = `The group ${group.cell} takes ${group.cell.length} columns, in which nothing else can stand.`;
  return [`${why} To make it one column, ${letter}.`];
}

const endOf = ({ time, cell }: LaneEvent, timeline: Scenario['timeline']): number =>
  (columnAt(timeline, time) ?? 0) + cell.length;

function isNumber({ want, got }: Mismatch, dialect: Dialect): string[] {
  const [wanted, came] = [want[0], got[0]];
  if (wanted?.value.kind !== 'text' || came?.seen.kind !== 'value' || typeof came.seen.value === 'string') return [];
  const isSame = String(came.seen.value) === wanted.value.text;
  const { symbol, value } = wanted;
  const written = dialect === 'file' ? `${symbol} = json ${value.text}` : `values: { ${symbol}: ${value.text} }`;
  return isSame ? [`To expect the ${typeof came.seen.value}, write ${written}.`] : [];
}
