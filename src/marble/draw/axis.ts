import type { Jump, Scenario, Timeline } from '../scenario.ts';
import { columnAt } from '../timeline.ts';
import { gridFor } from './grid.ts';

/** Where times are drawn, in columns. A jump is as wide as its drawing needs, however it is written. */
export interface Axis {
  readonly columns: number;
  /** The place of a time; events of a scenario are on whole columns. */
  at(time: number): number;
  readonly jumps: readonly DrawnJump[];
  /** The columns that are instants: all but those within a jump. */
  readonly instants: readonly AxisInstant[];
}

export interface DrawnJump {
  /** The columns where it begins and ends. */
  readonly from: number;
  readonly to: number;
  /** In ms. */
  readonly duration: number;
}

export interface AxisInstant {
  readonly column: number;
  /** In ms. */
  readonly time: number;
  /** How many ticks have passed since the start or the last jump. */
  readonly since: number;
  readonly afterJump: boolean;
}

/** A time from which on columns have the same length; `duration` where it is a jump. */
interface Stretch {
  readonly column: number;
  readonly time: number;
  readonly perMs: number;
  readonly columns: number;
  readonly duration?: number;
}

/** Lays out the time of a scenario. */
export function axisOf(scenario: Scenario, widthOf: (jump: Jump) => number): Axis {
  const timeline = timelineOf(scenario);
  const stretches = stretchesOf(timeline, widthOf);
  const last = stretches.at(-1);
  return {
    columns: last === undefined ? 0 : last.column + last.columns,
    at(time) {
      const { column, time: start, perMs } = stretches.findLast((stretch) => stretch.time <= time) ?? nothing;
      return column + (time - start) * perMs;
    },
    jumps: stretches.flatMap(({ column: from, columns, duration }) =>
      duration === undefined ? [] : [{ from, to: from + columns, duration }],
    ),
    instants: stretches.flatMap(instantsOf),
  };
}

const nothing: Stretch = { column: 0, time: 0, perMs: 0, columns: 0 };

/** The scenario's own timeline, unless some event is between its columns: code may give each lane its own durations. */
function timelineOf({ timeline, lanes, duration }: Scenario): Timeline {
  const times = [...new Set(lanes.flatMap(({ events }) => events.map(({ time }) => time)))];
  return times.every((time) => columnAt(timeline, time) !== undefined) ? timeline : gridFor(times, duration);
}

function stretchesOf(timeline: Timeline, widthOf: (jump: Jump) => number): Stretch[] {
  const { tick, columns, jumps } = timeline;
  const stretches: Stretch[] = [];
  let drawn = 0;
  let from = 0;
  let time = 0;
  const run = (to: number): void => {
    if (to > from) stretches.push({ column: drawn, time, perMs: 1 / tick, columns: to - from });
    drawn += to - from;
    time += (to - from) * tick;
    from = to;
  };
  for (const jump of jumps) {
    run(jump.column);
    const width = widthOf(jump);
    stretches.push({ column: drawn, time, perMs: width / jump.duration, columns: width, duration: jump.duration });
    drawn += width;
    time += jump.duration;
    from += jump.columns;
  }
  run(columns);
  return stretches;
}

function instantsOf(stretch: Stretch, index: number, all: readonly Stretch[]): AxisInstant[] {
  const { column, time, perMs, columns, duration } = stretch;
  const before = all[index - 1];
  const afterJump = before?.duration !== undefined;
  if (duration !== undefined) return [{ column, time, since: afterJump ? 0 : (before?.columns ?? 0), afterJump }];
  return Array.from({ length: columns }, (_, since) => ({
    column: column + since,
    time: time + Math.round(since / perMs),
    since,
    afterJump: afterJump && since === 0,
  }));
}
