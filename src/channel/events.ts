import type { Issue } from '../codec/codec.ts';
import type { CloseRecord } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import type { ServerChannel } from './channel.ts';

/** Why messages were lost. */
export type DropReason =
  /** Nobody was subscribed to `in$`, and more waited than is kept. */
  | 'unread'
  /** The channel ended before they were delivered, or before they were sent. */
  | 'ended'
  /** Work on them was cut off when `linger`, or `grace`, had passed. */
  | 'unfinished'
  /** They were pushed into `out` after the end. */
  | 'late'
  /** The overflow policy dropped them. */
  | 'overflow';

/** Why a handshake was refused. */
export type RefusalReason =
  | 'not-found'
  | 'malformed'
  | 'origin'
  | 'subprotocol'
  | 'guard'
  | 'limit'
  | 'timeout'
  | 'abandoned'
  | 'closing'
  | 'failed';

/** A message that the codec refused, for the option `invalid`. */
export interface InvalidProblem {
  readonly payload: Payload;
  /** The value that was read, where reading worked and the schema refused. */
  readonly value?: unknown;
  readonly issues?: readonly Issue[];
  readonly cause: unknown;
}

/** Everything that can be seen of an app; told apart by `type`. */
export type ChannelEvent =
  | { readonly type: 'opened'; readonly channel: ServerChannel }
  | {
      readonly type: 'refused';
      readonly reason: RefusalReason;
      readonly status: number;
      readonly url: string;
      /** The pattern of the route, where one was found. */
      readonly route: string | undefined;
      readonly remoteAddress: string;
      readonly host: string;
      readonly origin: string | undefined;
    }
  | { readonly type: 'closed'; readonly channel: ServerChannel; readonly close: CloseRecord }
  | { readonly type: 'paused'; readonly channel: ServerChannel }
  | { readonly type: 'resumed'; readonly channel: ServerChannel }
  /**
   * Input has been held back for `stallTimeout` by work of which none ended meanwhile. Paced operators are for work that
   * ends; use `switchMapBy` or RxJS's own `mergeMap` for inner streams that live on.
   */
  | { readonly type: 'stuck'; readonly channel: ServerChannel; readonly inWork: number; readonly waiting: number }
  | { readonly type: 'saturated'; readonly channel: ServerChannel; readonly unsentBytes: number }
  | {
      readonly type: 'dropped';
      readonly channel: ServerChannel;
      readonly direction: 'in' | 'out';
      readonly reason: DropReason;
      readonly messages: number;
    }
  | { readonly type: 'invalid'; readonly channel: ServerChannel; readonly problem: InvalidProblem }
  | { readonly type: 'failed'; readonly report: ErrorReport };

/** An error, and where it happened. */
export interface ErrorReport {
  readonly error: unknown;
  /** The id of the channel; none for an error of a handshake or of a subscriber outside a channel. */
  readonly channel: string | undefined;
  /** The pattern of the route, where it is known. */
  readonly route: string | undefined;
}
