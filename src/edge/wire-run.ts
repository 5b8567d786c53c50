import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerChannel } from '../channel/channel.ts';
import { failureOf } from '../marble/failure.ts';
import { laneRules } from '../marble/lane-kinds.ts';
import type { Scenario } from '../marble/scenario.ts';
import type { Trace, TraceLane } from '../marble/trace.ts';
import type { Route } from '../server/route.ts';
import { check } from '../testing/check.ts';
import type { Fixture } from '../testing/fixture.ts';
import { instantsOnWire, NotOnWire, partiesOf, seenOnWire, spread } from '../testing/on-wire.ts';
import { recordedHandler } from '../testing/recorded-handler.ts';
import { routeOf } from '../testing/route-of.ts';
import { sluice } from './sluice.ts';
import { enterVirtualWorld } from './virtual-world.ts';
import { WireParty } from './wire-party.ts';

/** How long an answer may take, in ms. */
const patience = 2_000;
/** How long after each instant something may still come that is not expected, in ms. */
const quiet = 5;

/** What to check, as in `check`. */
export interface WireCheck {
  readonly scenario: Scenario;
  readonly make: () => Fixture | Promise<Fixture>;
  readonly file?: string;
}

/**
 * Runs a scenario over real sockets on this machine: the app listens, and each peer is a client. Only the order counts.
 * It proves that sockets in memory tell the truth. Throws a `MarbleMismatch`, and `NotOnWire` where the handler needs
 * virtual time.
 *
 * Only for scenarios that `whyNotOnWire` has nothing against.
 */
export async function checkOnWire({ scenario, make, file }: WireCheck): Promise<void> {
  const seen = seenOnWire(scenario);
  await check({ scenario: spread(seen), make, enter: enterVirtualWorld }).catch(() => {
    throw new NotOnWire('what happens is a matter of time');
  });
  const ids = new Map<string, unknown>();
  const trace = await playOnWire(seen, await make(), ids);
  const failure = failureOf(seen, trace, { ids, ...(file === undefined ? {} : { file }) });
  if (failure !== undefined) throw failure;
}

async function playOnWire(scenario: Scenario, fixture: Fixture, ids: Map<string, unknown>): Promise<Trace> {
  let now = 0;
  const parties = new Map(partiesOf(scenario.lanes).map((name) => [name, new WireParty(() => now)]));
  let connecting: WireParty | undefined;
  const { handler, ...route } = routeOf(scenario.settings, fixture);
  const recorded = (channel: ServerChannel): unknown => {
    // Peers connect one after the other.
    const party = connecting as WireParty;
    party.channel = channel.id;
    return recordedHandler(handler, party)(channel as never);
  };
  const app = sluice([{ ...route, handler: recorded } as Route]);
  app.errors$.subscribe(({ error, channel }) => {
    for (const party of parties.values()) if (channel !== undefined && party.channel === channel) party.failed(error);
  });
  const { port } = await app.listen(0, '127.0.0.1');
  const filling = { ids, timeOfDay: () => Date.now() };
  let isComplete = true;
  for (const { time, connects, sends } of instantsOnWire(scenario)) {
    now = time;
    for (const name of connects) {
      connecting = parties.get(name);
      await connecting?.connect(port, scenario.settings);
    }
    for (const { party, value } of sends) parties.get(party)?.acts(value, filling);
    // What is missing once is missing; the other instants need not wait as long.
    if (isComplete) isComplete = await answered(scenario, parties, time);
    await sleep(quiet);
  }
  const trace = { lanes: lanesOf(parties), duration: scenario.duration, epoch: scenario.settings.epoch };
  for (const party of parties.values()) party.cut();
  await app.close({ grace: 100 });
  return trace;
}

/** Waits until each lane has as many events as it should have by then; `false` when that takes too long. */
async function answered(
  { lanes }: Scenario,
  parties: ReadonlyMap<string | undefined, WireParty>,
  time: number,
): Promise<boolean> {
  const asserted = lanes.filter(({ kind }) => laneRules[kind].role === 'asserted');
  const isDone = (): boolean =>
    asserted.every(({ kind, party, events }) => {
      const seen = parties.get(party)?.lanes[kind as 'out' | 'wire' | 'sub'].length ?? 0;
      return seen >= events.filter((event) => event.time <= time).length;
    });
  const start = performance.now();
  while (!isDone()) {
    if (performance.now() - start > patience) return false;
    await sleep(1);
  }
  return true;
}

/** What was seen up to now: what the end of the run brings is no matter of the scenario. */
function lanesOf(parties: ReadonlyMap<string | undefined, WireParty>): TraceLane[] {
  return [...parties].flatMap(([party, { lanes }]) =>
    (['out', 'wire', 'sub'] as const).map((kind) => ({
      kind,
      name: party === undefined ? kind : `${party}.${kind}`,
      ...(party === undefined ? {} : { party }),
      events: [...lanes[kind]],
    })),
  );
}
