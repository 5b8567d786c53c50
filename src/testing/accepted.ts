import { failureOf } from '../marble/failure.ts';
import type { Reason } from '../marble/failure-reason.ts';
import type { MarbleMismatch } from '../marble/mismatch.ts';
import type { Scenario } from '../marble/scenario.ts';
import { toScenario } from '../marble/to-marble.ts';
import type { Trace } from '../marble/trace.ts';
import { type CheckOptions, check } from './check.ts';
import { run } from './run.ts';

/** What a scenario shows, and the scenario that expects just that. */
export interface Accepted {
  readonly scenario: Scenario;
  readonly trace: Trace;
}

/**
 * Runs a scenario and makes what it shows what is expected. Rejects with a `MarbleMismatch` where that would bless a fault:
 * whatever fails beside a lane that differs, such as a leak or a tie, and a handler that fails where no `#` was expected of
 * its peer.
 */
export async function accepted({ scenario: draft, make, enter, file }: CheckOptions): Promise<Accepted> {
  const order = draft.settings.ties === 'timers first' ? 'timers first' : 'inputs first';
  const { trace, ids } = await run(draft, await make(), order, enter);
  const reason = unexpectedFailure(draft, trace);
  if (reason !== undefined) {
    throw failureOf(draft, trace, { ids, reason, ...(file === undefined ? {} : { file }) }) as MarbleMismatch;
  }
  const scenario = toScenario(trace, draft);
  // Whatever else is wrong still fails when it is run against what it has just shown.
  return { scenario, trace: await check({ scenario, make, enter, ...(file === undefined ? {} : { file }) }) };
}

/** The first error of a handler of which nobody has said that it may fail; a guard that breaks is answered with 500. */
function unexpectedFailure(scenario: Scenario, { lanes }: Trace): Reason | undefined {
  const events = lanes.flatMap(({ kind, party, events }) =>
    kind === 'out' && !mayFail(scenario, party) ? events : [],
  );
  for (const { time, seen } of events.toSorted((a, b) => a.time - b.time)) {
    if (seen.kind === 'error') return { kind: 'failed', time, error: seen.error };
    if (seen.kind === 'reject' && seen.status === 500) {
      return { kind: 'refused', time, ...('error' in seen ? { error: seen.error } : {}) };
    }
  }
  return undefined;
}

function mayFail({ lanes }: Scenario, party: string | undefined): boolean {
  const events = lanes.flatMap((lane) =>
    lane.party === party && (lane.kind === 'out' || lane.kind === 'wire') ? lane.events : [],
  );
  return events.some(
    ({ value }) =>
      value.kind === 'error' ||
      (value.kind === 'close' && value.code === 1011) ||
      (value.kind === 'reject' && value.status === 500),
  );
}
