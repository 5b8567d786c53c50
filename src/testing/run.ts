import type { Begun, SetTimer } from '../marble/failure-reason.ts';
import type { Scenario } from '../marble/scenario.ts';
import type { Trace } from '../marble/trace.ts';
import type { Fixture } from './fixture.ts';
import { Recorder } from './recorder.ts';
import { type Instant, scriptOf } from './script.ts';
import { Staging } from './staging.ts';
import { EndlessInstant, type EnterWorld, type World } from './world.ts';

/** Which goes first, where something that the test does and a timer are due at the same instant. */
export type TieOrder = 'inputs first' | 'timers first';

/** What came of one run. */
export interface Run {
  readonly trace: Trace;
  /** What `<id:n>` was sent as. */
  readonly ids: ReadonlyMap<string, unknown>;
  /** Timers that were left when all channels had ended. */
  readonly timersLeft: readonly SetTimer[];
  /** Errors that nobody has caught. */
  readonly uncaught: readonly unknown[];
  /** What the handler has begun that virtual time does not move. */
  readonly realWork: readonly Begun[];
  /** When something went on without end; the trace stops there. */
  readonly endlessAt: number | undefined;
}

/**
 * Runs a scenario once, in virtual time, over sockets in memory: the channel is the real one.
 *
 * Throws what the fixture is made wrong for: options that are refused, subjects that are missing.
 */
export async function run(scenario: Scenario, fixture: Fixture, order: TieOrder, enter: EnterWorld): Promise<Run> {
  const { epoch } = scenario.settings;
  let fullAt: number | undefined;
  const recorder = new Recorder(
    () => world.now,
    () => {
      fullAt = world.now;
      staging?.end();
    },
  );
  const log = recorder.lane('log');
  const world = await enter({ epoch, log: (line) => log({ kind: 'text', text: line }) });
  let staging: Staging | undefined;
  try {
    staging = new Staging(scenario, fixture, recorder, world);
    const stuckAt = await perform(scriptOf(scenario, staging), scenario.duration, order, world);
    const { realWork } = world;
    recorder.stop();
    staging.end();
    if (stuckAt === undefined) await world.advance(0);
    const trace = { lanes: recorder.lanes, duration: scenario.duration, epoch };
    const { timers } = world;
    const uncaught = world.leave();
    return { trace, ids: staging.ids, timersLeft: timers, uncaught, realWork, endlessAt: fullAt ?? stuckAt };
  } catch (error) {
    world.leave();
    throw error;
  }
}

/** Lets time pass up to the end, and the script act in it. Answers when it found no end. */
async function perform(
  script: readonly Instant[],
  duration: number,
  order: TieOrder,
  world: World,
): Promise<number | undefined> {
  try {
    await act(script, duration, order, world);
    return undefined;
  } catch (error) {
    if (error instanceof EndlessInstant) return world.now;
    throw error;
  }
}

async function act(script: readonly Instant[], duration: number, order: TieOrder, world: World): Promise<void> {
  const { clock } = world;
  const end = Math.max(0, duration - 1);
  const perform = ({ acts }: Instant): void => {
    for (const one of acts) one();
  };
  if (order === 'inputs first') {
    // Timers that are due at the same instant run in the order in which they were set, so these are the first.
    for (const instant of script) clock.after(instant.time, () => perform(instant));
    await world.advance(end);
    return;
  }
  for (const instant of script) {
    await world.advance(instant.time - world.now);
    clock.after(0, () => perform(instant));
    await world.advance(0);
  }
  await world.advance(end - world.now);
}
