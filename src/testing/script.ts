import type { LaneEvent, Scenario } from '../marble/scenario.ts';
import type { Value } from '../marble/value.ts';
import type { Fixture, StagedApp } from './fixture.ts';
import { type Filling, payloadOf, pushedValueOf } from './sent-value.ts';
import type { VirtualSocket } from './virtual-socket.ts';

/** Everything that the test does at one instant, in the order in which it is written. */
export interface Instant {
  readonly time: number;
  readonly acts: ReadonlyArray<() => unknown>;
}

/** What a script acts on. */
export interface Stage extends Filling {
  readonly fixture: Fixture;
  readonly app: StagedApp;
  connect(party: string | undefined): unknown;
  socket(party: string | undefined): VirtualSocket;
}

/** A subject or action that a scenario names and its fixture does not have. */
export class MissingPart extends Error {
  override readonly name = 'MissingPart';
}

/** Turns the scripted lanes into what is to be done, instant by instant. */
export function scriptOf(scenario: Scenario, stage: Stage): Instant[] {
  const acts = new Map<number, Array<() => unknown>>();
  const add = (time: number, act: () => unknown): void => void (acts.get(time)?.push(act) ?? acts.set(time, [act]));
  // Whoever connects at an instant is there before anybody says something at it.
  for (const [party, time] of connections(scenario)) add(time, () => stage.connect(party));
  for (const { kind, party, events } of scenario.lanes) {
    const act = actOf[kind as keyof typeof actOf];
    if (act === undefined) continue;
    for (const event of events) {
      if (event.value.kind !== 'connect') add(event.time, () => act(event, party, stage));
    }
  }
  return [...acts].map(([time, list]) => ({ time, acts: list })).sort((a, b) => a.time - b.time);
}

/** When each party connects: at its `^`, or at 0. */
function connections({ lanes }: Scenario): Map<string | undefined, number> {
  const times = new Map<string | undefined, number>();
  for (const { kind, party, events } of lanes) {
    if (isBesideTheSocket(kind)) continue;
    const connect = events.find(({ value }) => value.kind === 'connect');
    if (connect !== undefined) times.set(party, connect.time);
    else if (!times.has(party)) times.set(party, 0);
  }
  return times;
}

const isBesideTheSocket = (kind: string): boolean => ['push', 'seen', 'do', 'log'].includes(kind);

const actOf = {
  in: ({ value }: LaneEvent, party: string | undefined, stage: Stage): void => input(value, stage.socket(party), stage),
  peer: ({ value }: LaneEvent, party: string | undefined, stage: Stage): void =>
    stage
      .socket(party)
      .reads(value.kind === 'take' ? value.count : value.kind === 'stop' ? 0 : Number.POSITIVE_INFINITY),
  push: ({ value }: LaneEvent, name: string | undefined, stage: Stage): void => {
    const subject = stage.fixture.subjects?.[name ?? ''];
    if (subject?.next === undefined) throw new MissingPart(`The fixture has no subject ${name} to push into.`);
    if (value.kind === 'end') subject.complete?.();
    else if (value.kind === 'error') subject.error?.(errorOf(value));
    else subject.next(pushedValueOf(value, stage) as never);
  },
  do: ({ value }: LaneEvent, _party: string | undefined, { fixture, app }: Stage): unknown => {
    const number = value.kind === 'do' ? value.action : 0;
    const action = fixture.actions?.[number];
    if (action === undefined) throw new MissingPart(`The fixture has no action ${number}.`);
    return action(app);
  },
};

function input(value: Value, socket: VirtualSocket, filling: Filling): void {
  switch (value.kind) {
    case 'end':
      socket.closes({ code: 1000, reason: '' });
      break;
    case 'close':
      socket.closes({ code: value.code, reason: value.reason ?? '' });
      break;
    case 'lost':
      socket.vanishes();
      break;
    case 'ping':
      socket.pings();
      break;
    case 'pong':
      socket.pong();
      break;
    default:
      socket.delivers(payloadOf(value, filling));
  }
}

/** The error that a fixture's Subject fails with. */
function errorOf(value: Extract<Value, { kind: 'error' }>): Error {
  const error = new Error(typeof value.message === 'string' ? value.message : 'failed');
  if (value.name !== undefined) error.name = value.name;
  return error;
}
