import type { LaneKind } from '../marble/scenario.ts';
import type { Seen, TraceEvent, TraceLane } from '../marble/trace.ts';

/** No scenario shows more in one lane; a handler that does more has lost its end. */
const most = 5_000;

/** Writes down what is seen, with the time, until it is told to stop. */
export class Recorder {
  readonly #now: () => number;
  readonly #full: () => void;
  readonly #lanes = new Map<string, { kind: LaneKind; party: string | undefined; events: TraceEvent[] }>();
  #stopped = false;

  /** @param full Is told when more is seen in a lane than anybody could have meant; no more is written then. */
  constructor(now: () => number, full: () => void) {
    this.#now = now;
    this.#full = full;
  }

  /** Makes a lane, so that it is there also when nothing is seen in it. */
  lane(kind: LaneKind, party?: string): (seen: Seen) => void {
    const events: TraceEvent[] = [];
    this.#lanes.set(party === undefined ? kind : `${party}.${kind}`, { kind, party, events });
    return (seen) => {
      if (this.#stopped) return;
      events.push({ time: this.#now(), seen });
      if (events.length < most) return;
      this.stop();
      this.#full();
    };
  }

  stop(): void {
    this.#stopped = true;
  }

  get lanes(): TraceLane[] {
    return [...this.#lanes].map(([name, { kind, party, events }]) => ({
      name,
      kind,
      ...(party === undefined ? {} : { party }),
      events,
    }));
  }
}
