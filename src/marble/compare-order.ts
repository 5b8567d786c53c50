import type { Step } from './compare-lane.ts';
import type { LaneEvent } from './scenario.ts';
import type { TraceEvent } from './trace.ts';

/** Steps that hold the right values in the wrong order. */
export interface WrongOrder {
  readonly want: readonly LaneEvent[];
  readonly got: readonly TraceEvent[];
}

/** With more than these the values have little in common, and any order would only be found by chance. */
const mostToCompare = 10_000;

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds what only came in another order: an expected value without a partner that was seen elsewhere. Where the same
 * values would fit one after the other, as in a row of equal ones that came late, they are paired anew.
 *
 * ```
 *   want  a b c      a missing, then one a too many: out of order
 *   got   b c a
 * ```
 */
export function findWrongOrder(
  steps: readonly Step[],
  fits: (want: LaneEvent, got: TraceEvent) => boolean,
): ReadonlyArray<Step | WrongOrder> {
  const lonelyWants = indexes(steps, ({ want, got, differences }) => want !== undefined && (!got || !!differences));
  const lonelyGots = new Set(indexes(steps, ({ want, got, differences }) => !!got && (!want || !!differences)));
  const toCompare = lonelyWants.length * lonelyGots.size;
  if (toCompare === 0 || toCompare > mostToCompare) return steps;
  const claims: Span[] = [];
  const claimed = new Set<number>();
  for (const index of lonelyWants) {
    const want = steps[index]?.want as LaneEvent;
    const other = [...lonelyGots]
      .filter((at) => at !== index && fits(want, steps[at]?.got as TraceEvent))
      .sort((a, b) => Math.abs(a - index) - Math.abs(b - index))[0];
    if (other === undefined) continue;
    lonelyGots.delete(other);
    claimed.add(index);
    claims.push({ from: Math.min(index, other), to: Math.max(index, other) });
  }
  const isExplained = ({ from, to }: Span): boolean =>
    lonelyWants.every((at) => at < from || at > to || claimed.has(at)) &&
    [...lonelyGots].every((at) => at < from || at > to);
  const spans = merged(claims).filter(isExplained);
  return steps.flatMap((step, index) => {
    const span = spans.find(({ from, to }) => index >= from && index <= to);
    if (span === undefined) return [step];
    return index === span.from ? reordered(steps.slice(span.from, span.to + 1), fits) : [];
  });
}

function reordered(
  steps: readonly Step[],
  fits: (want: LaneEvent, got: TraceEvent) => boolean,
): ReadonlyArray<Step | WrongOrder> {
  const want = steps.flatMap((step) => step.want ?? []);
  const got = steps.flatMap((step) => step.got ?? []);
  const isSameOrder = want.every((event, index) => fits(event, got[index] as TraceEvent));
  if (!isSameOrder) return [{ want, got }];
  return want.map((event, index) => {
    const paired = steps.find((step) => step.want === event && step.got === got[index]);
    return paired ?? { want: event, got: got[index] as TraceEvent };
  });
}

function indexes(steps: readonly Step[], isIt: (step: Step) => boolean): number[] {
  return steps.flatMap((step, index) => (isIt(step) ? [index] : []));
}

/** Spans that overlap become one. */
function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || span.from > last.to) result.push(span);
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return result;
}
