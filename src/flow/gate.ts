import type { Timer } from '../channel/clock.ts';

/** What a source that feeds an output watches, so that it does not feed it faster than the peer reads. */
export interface Gate {
  readonly saturated: boolean;
  /** Nothing is sent any more. */
  readonly gone: boolean;
  readonly handedBytes: number;
  /** Calls back once, when it is no longer saturated. Answers how to take that back. */
  onDesaturation(task: () => void): () => void;
  /** Takes an error of a source that is no longer subscribed. */
  fail(error: unknown): void;
  /** Runs a task in the next turn of the event loop. */
  soon(task: () => void): Timer;
}

/** The gate of a channel's `out`; `undefined` for a Subject that belongs to no channel. */
export function gateOf(out: object): Gate | undefined {
  return 'gate' in out && isGate(out.gate) ? out.gate : undefined;
}

function isGate(value: unknown): value is Gate {
  return typeof value === 'object' && value !== null && 'onDesaturation' in value;
}
