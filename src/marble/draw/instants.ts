import type { Lane, LaneEvent } from '../scenario.ts';

/** What happens at one instant of a lane. */
export interface Instant {
  readonly time: number;
  readonly events: readonly LaneEvent[];
}

export function instantsOf({ events }: Lane): Instant[] {
  const instants: Array<{ readonly time: number; readonly events: LaneEvent[] }> = [];
  for (const event of events) {
    const last = instants.at(-1);
    if (last?.time === event.time) last.events.push(event);
    else instants.push({ time: event.time, events: [event] });
  }
  return instants;
}
