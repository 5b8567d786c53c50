import { compare } from '../marble/compare.ts';
import { failureOf } from '../marble/failure.ts';
import type { Reason } from '../marble/failure-reason.ts';
import type { Scenario } from '../marble/scenario.ts';
import type { Trace } from '../marble/trace.ts';
import type { Fixture } from './fixture.ts';
import { type Run, run, type TieOrder } from './run.ts';
import type { EnterWorld } from './world.ts';

/** How to check a scenario. */
export interface CheckOptions {
  readonly scenario: Scenario;
  /** Gives what is under test, once for each run. */
  readonly make: () => Fixture | Promise<Fixture>;
  readonly enter: EnterWorld;
  /** The file of the scenario, for the stack of a failure. */
  readonly file?: string;
}

/**
 * Runs a scenario with what the test does before, and again after the timers of the same instant, and holds both runs
 * against it. Answers the trace of the first; throws a `MarbleMismatch` that shows what is different.
 */
export async function check(options: CheckOptions): Promise<Trace> {
  const { scenario, make, enter } = options;
  const once = async (order: TieOrder): Promise<Run> => run(scenario, await make(), order, enter);
  const failAnyway = (one: Run): void => {
    const reason = reasonOf(scenario, one);
    if (reason !== undefined) fail(options, one, reason);
  };
  const { ties } = scenario.settings;
  if (ties !== 'same') {
    const only = await once(ties);
    fail(options, only, reasonOf(scenario, only));
    return only.trace;
  }
  const inputsFirst = await once('inputs first');
  failAnyway(inputsFirst);
  const timersFirst = await once('timers first');
  failAnyway(timersFirst);
  const passes = { inputs: holds(scenario, inputsFirst), timers: holds(scenario, timersFirst) };
  if (passes.inputs && passes.timers) return inputsFirst.trace;
  const failed = passes.inputs ? timersFirst : inputsFirst;
  if (passes.inputs === passes.timers && sameTrace(inputsFirst, timersFirst)) fail(options, failed);
  // What differs from run to run is no matter of ties.
  const again = await once('inputs first');
  if (!sameTrace(again, inputsFirst)) fail(options, failed, { kind: 'shared state' });
  fail(options, failed, {
    kind: 'tie',
    passes: passes.inputs ? 'inputs first' : passes.timers ? 'timers first' : 'neither',
  });
  return inputsFirst.trace;
}

const holds = (scenario: Scenario, { trace, ids }: Run): boolean => compare(scenario, trace, ids).length === 0;

/** Throws if the run does not hold, or has another reason to fail. */
function fail({ scenario, file }: CheckOptions, { trace, ids }: Run, reason?: Reason): void {
  const failure = failureOf(scenario, trace, {
    ids,
    ...(file === undefined ? {} : { file }),
    ...(reason === undefined ? {} : { reason }),
  });
  if (failure !== undefined) throw failure;
}

/** Why a run fails whatever its lanes show. */
function reasonOf(scenario: Scenario, { endlessAt, uncaught, timersLeft, realWork }: Run): Reason | undefined {
  if (endlessAt !== undefined) return { kind: 'never settles', time: endlessAt };
  const [error] = uncaught;
  if (uncaught.length > 0)
    return error instanceof Error ? { kind: 'rejected', error } : { kind: 'not an error', thrown: error };
  if (realWork.length > 0) return { kind: 'real', work: realWork };
  if (timersLeft.length > 0 && scenario.settings.leaks === 'fail') return { kind: 'leak', timers: timersLeft };
  return undefined;
}

/** Whether two runs have shown the same, to the millisecond. */
function sameTrace(one: Run, other: Run): boolean {
  return shown(one) === shown(other);
}

function shown({ trace }: Run): string {
  return JSON.stringify(trace.lanes, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return [...value];
    return value instanceof Error ? `${value.name}: ${value.message}` : value;
  });
}
