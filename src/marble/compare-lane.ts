import { type Aligned, align } from './align.ts';
import { match } from './match.ts';
import type { Lane, LaneEvent, Settings } from './scenario.ts';
import type { Seen, TraceEvent } from './trace.ts';
import type { Value } from './value.ts';

/** An expected event with what was seen for it, or only one of the two. */
export type Step = Aligned<LaneEvent, TraceEvent> & {
  /** How the value differs; left out where it fits or has no partner. */
  readonly differences?: readonly string[];
};

/** What all lanes of a comparison share. */
export interface Comparing {
  readonly settings: Settings;
  /** What the clock said at 0. */
  readonly epoch: number;
}

/*
 * What a pair costs; without a partner an event costs 1, so above 2 the two stay alone. A value at another time is
 * still that value, however late; another value counts as its replacement only within a few columns.
 */
const otherTime = 0.6;
const mostForDistance = 0.45;
const otherValue = 1.15;
const otherKind = 1.4;

/** Pairs what a lane expects with what was seen in it. Here `<id:n>` fits anything; `checkIds` looks at them. */
export function alignLane(
  lane: Lane,
  seen: readonly TraceEvent[],
  { settings, epoch }: Comparing,
): readonly Aligned<LaneEvent, TraceEvent>[] {
  const { tick, timing } = settings;
  return align(lane.events, seen, (want, got) => {
    const fits = match(want.value, got.seen, { lane: lane.kind, now: epoch + got.time }).fits;
    const value = fits ? 0 : familyOf(want.value) === familyOf(got.seen) ? otherValue : otherKind;
    const distance = Math.abs(got.time - want.time);
    if (isInTime(distance, timing)) return value;
    return value + otherTime + (mostForDistance * distance) / (distance + 3 * tick);
  });
}

/** Whether so many ms beside the expected time are allowed. */
export function isInTime(distance: number, timing: Settings['timing']): boolean {
  return timing === 'order' || Math.abs(distance) <= (timing === 'exact' ? 0 : timing.within);
}

const families: Readonly<Partial<Record<Value['kind'] | Seen['kind'], string>>> = {
  ...{ text: 'message', json: 'message', binary: 'message', size: 'message', pattern: 'message', any: 'message' },
  ...{ value: 'message', end: 'end', close: 'end', error: 'end', reject: 'end', terminate: 'end' },
};

/** What can take the place of what: messages, ends, and each other kind for itself. */
export const familyOf = ({ kind }: Value | Seen): string => families[kind] ?? kind;

/**
 * Compares the values of all pairs, in the order of time over all lanes: `<id:n>` binds at first sight and is equal
 * afterwards.
 */
export function compareValues(
  lanes: ReadonlyArray<{ readonly lane: Lane; readonly aligned: readonly Aligned<LaneEvent, TraceEvent>[] }>,
  { epoch }: Comparing,
  known: ReadonlyMap<string, unknown>,
): ReadonlyArray<{ readonly lane: Lane; readonly steps: readonly Step[] }> {
  const ids = new Map(known);
  const differences = new Map<Aligned<LaneEvent, TraceEvent>, readonly string[]>();
  const pairs = lanes.flatMap(({ lane, aligned }) =>
    aligned.flatMap((pair) => (pair.want === undefined || pair.got === undefined ? [] : { lane, pair, ...pair })),
  );
  for (const { lane, pair, want, got } of pairs.sort((a, b) => a.got.time - b.got.time)) {
    const result = match(want.value, got.seen, { lane: lane.kind, now: epoch + got.time, ids });
    if (result.fits) for (const [id, value] of result.bound) ids.set(id, value);
    else differences.set(pair, result.differences);
  }
  return lanes.map(({ lane, aligned }) => ({
    lane,
    steps: aligned.map((pair) => {
      const found = differences.get(pair);
      return found === undefined ? pair : { ...pair, differences: found };
    }),
  }));
}
