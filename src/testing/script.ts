import type { Lane, LaneEvent, Scenario } from '../marble/scenario.ts';
import type { Value } from '../marble/value.ts';
import type { Close } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import { connectionsOf } from './cast.ts';
import { type Fixture, MissingPart, type StagedApp } from './fixture.ts';
import { type Filling, payloadOf, pushedValueOf } from './sent-value.ts';

/** One thing that the test does. */
export interface ScriptedAct {
  (): unknown;
  /** The lane that it is written in; that of a connection has no name. */
  readonly lane: Pick<Lane, 'kind' | 'name'> | undefined;
}

/** Everything that the test does at one instant, in the order in which it is written. */
export interface Instant {
  readonly time: number;
  readonly acts: readonly ScriptedAct[];
}

/** What a peer can do with its connection. */
export interface Peer {
  delivers(payload: Payload): void;
  closes(close: Close): void;
  /** The connection breaks. */
  vanishes(): void;
  pings(): void;
  pong(): void;
  /** Reads so many messages from now on. */
  reads(payloads: number): void;
}

/** What a script acts on. */
export interface Stage extends Filling {
  readonly fixture: Fixture;
  readonly app: StagedApp;
  connect(party: string | undefined): unknown;
  socket(party: string | undefined): Peer;
}

/** Turns the scripted lanes into what is to be done, instant by instant. */
export function scriptOf(scenario: Scenario, stage: Stage): Instant[] {
  const acts = new Map<number, ScriptedAct[]>();
  const add = (time: number, lane: Lane | undefined, perform: () => unknown): void => {
    const act = Object.assign(perform, { lane });
    if (acts.get(time)?.push(act) === undefined) acts.set(time, [act]);
  };
  // Whoever connects at an instant is there before anybody says something at it.
  for (const [party, time] of connectionsOf(scenario)) add(time, undefined, () => stage.connect(party));
  for (const lane of scenario.lanes) {
    const act = actOf[lane.kind as keyof typeof actOf];
    if (act === undefined) continue;
    for (const event of lane.events) {
      if (event.value.kind !== 'connect') add(event.time, lane, () => act(event, lane.party, stage));
    }
  }
  return [...acts].map(([time, list]) => ({ time, acts: list })).sort((a, b) => a.time - b.time);
}

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

function input(value: Value, socket: Peer, filling: Filling): void {
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
