import type { IncomingMessage } from 'node:http';
import type { HeartbeatSettings, InvalidSetting } from '../channel/settings.ts';
import type { Codec } from '../codec/codec.ts';
import type { Overflow } from '../flow/overflow.ts';
import type { Origins } from '../protocol/origin.ts';
import type { PathParams } from '../protocol/path.ts';
import type { UpgradeRequest } from '../protocol/request.ts';
import type { Verdict } from './guard.ts';

/**
 * Whose `X-Forwarded-For`, `-Proto` and `-Host` to believe, as Express has it: `true` for everybody's, a number of
 * hops, addresses or subnets (`'loopback'`, `'10.0.0.0/8'`, a list), or a function of an address and its hop.
 */
export type TrustProxy = boolean | number | string | readonly string[] | ((address: string, hop: number) => boolean);

/** The settings of `permessage-deflate`, as `ws` takes them. */
export interface DeflateOptions {
  readonly serverNoContextTakeover?: boolean;
  readonly clientNoContextTakeover?: boolean;
  readonly serverMaxWindowBits?: number;
  readonly clientMaxWindowBits?: number;
  /** Messages of at least so many bytes are compressed. */
  readonly threshold?: number;
  readonly concurrencyLimit?: number;
  readonly zlibDeflateOptions?: Readonly<Record<string, number>>;
  readonly zlibInflateOptions?: Readonly<Record<string, number>>;
}

/** The options that a route may have and that an app may have for all of its routes. Durations are milliseconds. */
export interface CommonOptions {
  /**
   * Which pages may connect: exact origins, or `anyOrigin()`. Requests without an `Origin` do not come from a page
   * and pass.
   * @default the same origin: host and port of `Origin` equal those of `Host`
   */
  readonly origins?: Origins;
  /** Whose forwarded headers to believe. @default false */
  readonly trustProxy?: TrustProxy;
  /** Subprotocols in order of preference: the first that was offered is chosen, else 400. @default the first offered */
  readonly subprotocols?: readonly string[];
  /**
   * Bytes of one message, over all of its fragments; a larger one closes with 1009. At most 2^29 - 24.
   * @default 1_048_576
   */
  readonly maxPayload?: number;
  /** Fragments of one message; more close with 1008. @default 1_024 */
  readonly maxFragments?: number;
  /** Pieces in which unread data may come in; more close with 1008. @default 4_096 */
  readonly maxBufferedChunks?: number;
  /** Messages in work at which no more are delivered, or waiting at which the socket is not read. @default 64 */
  readonly highWater?: number;
  /** Messages in work at which delivery, and waiting at which reading goes on. @default a quarter of `highWater` */
  readonly lowWater?: number;
  /** The same as `highWater` in bytes (of text in characters), whichever comes first. @default 1_048_576 */
  readonly highWaterBytes?: number;
  /** Unsent bytes at which the channel is saturated: pulled sources wait. @default 65_536 */
  readonly outHighWater?: number;
  /** Unsent bytes at which the channel is no longer saturated. @default a quarter of `outHighWater` */
  readonly outLowWater?: number;
  /** Unsent bytes at which the channel is full. @default 1_048_576, or twice `outHighWater` where that is more */
  readonly outCeiling?: number;
  /** How long a peer may take nothing of what we have for it, before it is cut off. @default 30_000 */
  readonly stallTimeout?: number;
  /** Pings, and how long a sign of life may take; `false` for none. @default { every: 30_000, timeout: 10_000 } */
  readonly heartbeat?: Partial<HeartbeatSettings> | false;
  /** From the connection to the 101, headers and guard included. @default 10_000 */
  readonly handshakeTimeout?: number;
  /** How long the peer's answer to our Close may take. @default 3_000 */
  readonly closeTimeout?: number;
  /** How long work in flight may finish after the end of a channel. @default 5_000 */
  readonly linger?: number;
  /** Compression: `true` or its settings. It costs memory and time per channel. @default false */
  readonly perMessageDeflate?: boolean | DeflateOptions;
  /** Channels and pending handshakes, of the app or of the route that has the option; above it 503. @default none */
  readonly maxChannels?: number;
  /** The same for one remote address; above it 429. @default none */
  readonly maxChannelsPerAddress?: number;
}

/** The options of an app: what holds for each route that does not say otherwise. */
export interface AppOptions extends CommonOptions {
  /** What to do with a message that the codec refuses. @default 'close' */
  readonly invalid?: 'close' | 'skip';
  /** What to do with a message while the channel is saturated. @default closeSlow() */
  readonly overflow?: Overflow;
}

/** The options of one route. */
export interface RouteOptions<
  Path extends string = string,
  In = string,
  Out = string,
  Context extends object | undefined = undefined,
  Session = undefined,
> extends CommonOptions {
  /** How payloads become messages and back. @default text() */
  readonly codec?: Codec<In, Out>;
  /** Reads the session of a request, before the guard; a failure is 500. Its answer is `request.session`. */
  readonly session?: (
    request: UpgradeRequest<PathParams<Path>, undefined>,
    incoming: IncomingMessage,
  ) => Session | Promise<Session>;
  /** Decides on the handshake; its context becomes `channel.context`. */
  readonly guard?: (
    request: UpgradeRequest<PathParams<Path>, Session>,
    sofar: object,
  ) => Verdict<Context> | Promise<Verdict<Context>>;
  /** What to do with a message that the codec refuses: close, skip it, or answer it. @default 'close' */
  readonly invalid?: InvalidSetting<Out>;
  /** What to do with a message while the channel is saturated. @default closeSlow() */
  readonly overflow?: Overflow<Out>;
}
