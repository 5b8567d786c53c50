import type { Lane } from '../scenario.ts';

/** When the party of a lane connects, in ms, if that is written: its lanes begin there. */
export function connectTimes(lanes: readonly Lane[]): (lane: Lane) => number | undefined {
  const times = new Map<string | undefined, number>();
  for (const { kind, party, events } of lanes) {
    const [first] = events;
    if (kind === 'in' && first?.value.kind === 'connect') times.set(party, first.time);
  }
  // Subjects and logs belong to no connection.
  return ({ kind, party }) => (['push', 'seen', 'log', 'do'].includes(kind) ? undefined : times.get(party));
}
