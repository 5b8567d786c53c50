import { Subscription } from 'rxjs';
import type { Scenario } from '../marble/scenario.ts';
import { type Fixture, MissingPart } from './fixture.ts';
import type { Recorder } from './recorder.ts';

/** One peer of a scenario. */
export interface CastParty {
  readonly name: string | undefined;
  /** Whether the peer answers Pings by itself. A scenario that writes `wire` scripts the answers. */
  readonly answersPings: boolean;
}

/** The peers of a scenario. */
export function partiesOf({ lanes }: Scenario): CastParty[] {
  const scripted = new Set(lanes.filter(({ kind }) => kind === 'wire').map(({ party }) => party));
  const names = new Set(lanes.filter(({ kind }) => !isBesideTheSocket(kind)).map(({ party }) => party));
  return [...names].map((name) => ({ name, answersPings: !scripted.has(name) }));
}

/** When each party connects: at its `^`, or at 0. */
export function connectionsOf({ lanes }: Scenario): Map<string | undefined, number> {
  const times = new Map<string | undefined, number>();
  for (const { kind, party, events } of lanes) {
    if (isBesideTheSocket(kind)) continue;
    const connect = events.find(({ value }) => value.kind === 'connect');
    if (connect !== undefined) times.set(party, connect.time);
    else if (!times.has(party)) times.set(party, 0);
  }
  return times;
}

/** Lanes of a subject, of actions or of the console belong to no peer. */
function isBesideTheSocket(kind: string): boolean {
  return kind === 'push' || kind === 'seen' || kind === 'do' || kind === 'log';
}

/** Writes down what is seen on the subjects that the scenario looks at. */
export function watchSubjects({ lanes }: Scenario, { subjects }: Fixture, recorder: Recorder): Subscription {
  const watching = new Subscription();
  for (const { kind, party: name = '' } of lanes) {
    if (kind !== 'seen') continue;
    const subject = subjects?.[name];
    if (subject === undefined) throw new MissingPart(`The fixture has no subject ${name}.`);
    const tell = recorder.lane('seen', name);
    watching.add(
      subject.subscribe({
        next: (value) => tell({ kind: 'value', value }),
        error: (error) => tell({ kind: 'error', error }),
        complete: () => tell({ kind: 'end' }),
      }),
    );
  }
  return watching;
}
