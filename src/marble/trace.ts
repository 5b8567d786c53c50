/*
 * What happened when a scenario ran. The engine makes a Trace, `compare` (compare.ts) holds it against the Scenario, the
 * drawings show it.
 */
import type { LaneKind } from './scenario.ts';

/** What was seen in one run, lane by lane. */
export interface Trace {
  /** The lanes that can be asserted, in the order of the scenario; lanes that it does not have come after them. */
  readonly lanes: readonly TraceLane[];
  /** In ms; the run covers `[0, duration)`. */
  readonly duration: number;
  /** What the clock said at 0, in ms since 1970. */
  readonly epoch: number;
}

/** What was seen in one lane. */
export interface TraceLane {
  /** As in `Lane`: `out`, `ann.out`, `prices.seen`. */
  readonly name: string;
  readonly kind: LaneKind;
  readonly party?: string;
  /** In the order in which it was seen. */
  readonly events: readonly TraceEvent[];
}

/** One thing that was seen. */
export interface TraceEvent {
  /** In ms from the start. */
  readonly time: number;
  readonly seen: Seen;
}

/** What can be seen. */
export type Seen =
  /** A message as it goes over the wire. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }
  /** A value on a Subject of a fixture, which is never encoded. */
  | { readonly kind: 'value'; readonly value: unknown }
  /** The handler, or a Subject, has completed. */
  | { readonly kind: 'end' }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'error'; readonly error: unknown }
  /** `error`: what the guard has thrown. */
  | { readonly kind: 'reject'; readonly status: number; readonly body: string; readonly error?: unknown }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'terminate' }
  | { readonly kind: 'subscribe' }
  | { readonly kind: 'unsubscribe' }
  /** So many messages wait, from now on. */
  | { readonly kind: 'waiting'; readonly count: number };
