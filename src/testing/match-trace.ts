import { failureOf } from '../marble/failure.ts';
import { scenarioOf } from '../marble/in-code.ts';
import type { MarbleMismatch } from '../marble/mismatch.ts';
import type { Scenario, Settings } from '../marble/scenario.ts';
import type { Trace } from '../marble/trace.ts';
import type { TestLanes } from './test-handler.ts';

/** What a trace is held against: `out` and the other asserted lanes, with what their symbols stand for. */
export type ExpectedMarbles = TestLanes & {
  /** What symbols stand for; a lower-case letter or digit without an entry is the text of itself. */
  readonly values?: Readonly<Record<string, unknown>>;
} & Partial<Pick<Settings, 'tick' | 'timing'>>;

/**
 * Holds a trace against lanes; lanes that are not written are not looked at. Answers why it does not hold. Throws
 * `MarbleSyntaxError` for lanes that cannot be read, and an Error for those that the trace does not have.
 */
export function mismatchOf(
  trace: Trace,
  { values = {}, tick = 1, timing = 'exact', ...lanes }: ExpectedMarbles,
): MarbleMismatch | undefined {
  const settings = { tick, timing, epoch: trace.epoch };
  const scenario = scenarioOf({ lanes: lanes as Record<string, string>, values, settings });
  return failureOf(asLongAs(trace, scenario), trace);
}

/** Lanes may be shorter than the run: dashes to its end are meant. */
function asLongAs({ duration }: Trace, scenario: Scenario): Scenario {
  const missing = duration - scenario.duration;
  if (missing <= 0) return scenario;
  const { timeline } = scenario;
  const columns = timeline.columns + Math.ceil(missing / timeline.tick);
  return { ...scenario, duration, timeline: { ...timeline, columns } };
}
