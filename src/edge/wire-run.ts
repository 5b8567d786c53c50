import { failureOf } from '../marble/failure.ts';
import type { Reason } from '../marble/failure-reason.ts';
import type { Scenario } from '../marble/scenario.ts';
import type { Trace } from '../marble/trace.ts';
import type { Fixture } from '../testing/fixture.ts';
import { Recorder } from '../testing/recorder.ts';
import { type Instant, type ScriptedAct, scriptOf } from '../testing/script.ts';
import { EndlessInstant, type World } from '../testing/world.ts';
import { enterVirtualWorld } from './virtual-world.ts';
import { WireStaging } from './wire-staging.ts';

/** How many turns of the event loop in a row must bring nothing new. */
const calmTurns = 4;
/** How long something may be on its way, in real ms and in turns: a machine that is busy elsewhere makes few. */
const patience = { time: 2_000, turns: 1_000 };
/** How many timers in a row may be due at one instant. */
const mostTimers = 500;

const { bigint: nanoseconds } = process.hrtime;
const real = { setImmediate, now: () => Number(nanoseconds() / 1_000_000n) };

/** What to check, as in `check`. */
export interface WireCheck {
  readonly scenario: Scenario;
  readonly make: () => Fixture | Promise<Fixture>;
  readonly file?: string;
}

/**
 * Runs a scenario over real sockets on this machine: an app listens, and each peer is a client. Only the clock is virtual,
 * and stands still until all that was written at one end has come to the other: so each event still has its instant.
 * It proves that sockets in memory tell the truth. Throws a `MarbleMismatch`.
 *
 * Only for scenarios that `whyNotOnWire` has nothing against.
 */
export async function checkOnWire({ scenario, make, file }: WireCheck): Promise<void> {
  const { trace, ids, uncaught } = await playOnWire(scenario, await make());
  const failure = failureOf(scenario, trace, {
    ids,
    ...(file === undefined ? {} : { file }),
    ...(uncaught.length === 0 ? {} : { reason: reasonOf(uncaught[0]) }),
  });
  if (failure !== undefined) throw failure;
}

const reasonOf = (thrown: unknown): Reason =>
  thrown instanceof Error ? { kind: 'rejected', error: thrown } : { kind: 'not an error', thrown };

interface WireRun {
  readonly trace: Trace;
  readonly ids: ReadonlyMap<string, unknown>;
  /** Errors that nobody has caught. */
  readonly uncaught: readonly unknown[];
}

async function playOnWire(scenario: Scenario, fixture: Fixture): Promise<WireRun> {
  const { epoch } = scenario.settings;
  const recorder = new Recorder(
    () => world.now,
    () => {},
  );
  const log = recorder.lane('log');
  const world = await enterVirtualWorld({ epoch, log: (line) => log({ kind: 'text', text: line }) });
  let staging: WireStaging | undefined;
  let uncaught: readonly unknown[] = [];
  try {
    staging = await WireStaging.open(scenario, fixture, recorder, world);
    await perform(scenario, staging, world);
  } finally {
    recorder.stop();
    staging?.end();
    uncaught = world.leave();
    await staging?.close();
  }
  return { trace: { lanes: recorder.lanes, duration: scenario.duration, epoch }, ids: staging.ids, uncaught };
}

/** Lets time pass up to the end, and the script act in it. */
async function perform(scenario: Scenario, staging: WireStaging, world: World): Promise<void> {
  const { clock } = world;
  const end: Instant = { time: Math.max(0, scenario.duration - 1), acts: [] };
  // Timers that are due at the same instant run in the order in which they were set, so these are the first.
  const marks = [...scriptOf(scenario, staging), end].map(({ time, acts }) => {
    const mark = { acts, isReached: false };
    clock.after(time, () => {
      mark.isReached = true;
    });
    return mark;
  });
  const reach = async (mark: { readonly isReached: boolean }): Promise<void> => {
    let [before, timers] = [world.now, 0];
    while (!mark.isReached) {
      await world.step();
      await settled(staging, world);
      timers = world.now === before ? timers + 1 : 0;
      before = world.now;
      if (timers > mostTimers) throw new EndlessInstant(`At ${world.now} ms something goes on without end.`);
    }
  };
  const afterTimers = async (): Promise<void> => {
    const mark = { isReached: false };
    clock.after(0, () => {
      mark.isReached = true;
    });
    await reach(mark);
  };
  for (const mark of marks) {
    await reach(mark);
    if (scenario.settings.ties === 'timers first') await afterTimers();
    await act(mark.acts, staging, world);
  }
  await afterTimers();
}

/** Who acts after another one acts when that has come; what one does at once is one burst. */
async function act(acts: readonly ScriptedAct[], staging: WireStaging, world: World): Promise<void> {
  let before: ScriptedAct | undefined;
  for (const one of acts) {
    const isBurst = before !== undefined && one.lane !== undefined && one.lane === before.lane;
    // Whether a peer reads has to be known before anything comes.
    if (before !== undefined && !isBurst && one.lane?.kind !== 'peer') await settled(staging, world);
    one();
    before = one;
  }
  await settled(staging, world);
}

/** Waits until the wire is quiet: not for a while, but until all has come. */
async function settled(staging: WireStaging, world: World): Promise<void> {
  const start = real.now();
  let calm = 0;
  for (let turns = 0; calm < calmTurns; turns++) {
    await new Promise((resolve) => real.setImmediate(resolve));
    calm = staging.isQuiet ? calm + 1 : 0;
    if (turns < patience.turns || real.now() - start < patience.time) continue;
    throw new Error(`At ${world.now} ms something is on its way and never comes.`);
  }
  staging.settle();
}
