import type { Observable, Subject } from 'rxjs';
import type { CloseRecord } from '../protocol/close.ts';
import type { UpgradeRequest } from '../protocol/request.ts';

/**
 * One connection as two streams. A channel is one object for life.
 *
 * ```
 *   in$   -a---b---|      what the peer sends, decoded; completes when the channel ends, whatever the cause
 *   out   --A---B--|      what you send; completing it closes with 1000
 * ```
 */
export interface Channel<In = unknown, Out = unknown> {
  /** Unique in this app. */
  readonly id: string;
  /**
   * The messages of the peer, hot and shared, decoded once. It completes when the channel ends and never errors:
   * `closed$` says why. Messages wait while nobody subscribes.
   */
  readonly in$: Observable<In>;
  /**
   * Sends what is pushed into it and emits what was accepted. `complete()` closes with 1000, `error(new CloseError(…))`
   * with a code of yours, any other error with 1011. `next` never throws; after the end it does nothing.
   */
  readonly out: Subject<Out>;
  /** Emits how the channel ended, once, and replays it to late subscribers. */
  readonly closed$: Observable<CloseRecord>;
  /** Aborts when the channel ends: hand it to `fetch` and to others that take one. */
  readonly signal: AbortSignal;
  /** What is in work, waiting and unsent, when subscribed and then whenever it changes. */
  readonly pressure$: Observable<Pressure>;
  /**
   * Ends the channel: `in$` completes, work in flight may finish within `linger`, what it sends is sent, then Close.
   * Only the first cause of an end counts. Throws `SLUICE_BAD_CLOSE_CODE` for a code that may not be sent.
   *
   * @param code 1000-1003, 1007-1014 or 3000-4999. Default 1000.
   * @param reason Cut to 123 bytes of UTF-8. Default none.
   */
  readonly close: (code?: number, reason?: string) => void;
}

/** A channel as a handler on a server sees it: with the request, the path's parameters and the guard's context. */
export interface ServerChannel<
  In = unknown,
  Out = unknown,
  Params = unknown,
  Context extends object | undefined = object | undefined,
  Session = unknown,
> extends Channel<In, Out> {
  readonly request: UpgradeRequest<Params, Session>;
  readonly params: Params;
  /** What the guard returned; without a guard `undefined`. */
  readonly context: Context;
  /** The pattern of the route, e.g. `'/chat/:room'`. */
  readonly route: string;
  /** The subprotocol that was agreed on; `''` for none. */
  readonly subprotocol: string;
}

/** How much a channel holds, and which way it holds back. */
export interface Pressure {
  /** Inbound messages in work. */
  readonly inWork: number;
  /** Inbound messages waiting for a subscriber or for the flow. */
  readonly waiting: number;
  /** Bytes sent by the handler that the operating system has not taken. */
  readonly unsentBytes: number;
  /** The socket is not being read. */
  readonly paused: boolean;
  /** Unsent bytes reached `outHighWater` and have not fallen to `outLowWater`. */
  readonly saturated: boolean;
  /** Messages lost so far, in both directions. */
  readonly dropped: number;
}
