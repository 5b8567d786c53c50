import type { Overflow } from '../flow/overflow.ts';
import type { Channel } from './channel.ts';
import type { InvalidProblem } from './events.ts';

/** How often a Ping goes out, and how long any sign of life may take afterwards. */
export interface HeartbeatSettings {
  /** Milliseconds between two Pings. */
  readonly every: number;
  /** Milliseconds from the moment a Ping has left. */
  readonly timeout: number;
}

/** What to do with a message that the codec refuses: close, skip it, or answer it. */
export type InvalidSetting<Out> =
  | 'close'
  | 'skip'
  | ((problem: InvalidProblem, channel: Channel<never, Out>) => Out | undefined);

/** The settings of a channel, complete and checked; all channels of a route share one object. */
export interface ChannelSettings {
  readonly highWater: number;
  readonly lowWater: number;
  readonly highWaterBytes: number;
  readonly outHighWater: number;
  readonly outLowWater: number;
  readonly outCeiling: number;
  readonly overflow: Overflow<never>;
  readonly stallTimeout: number;
  readonly heartbeat: HeartbeatSettings | false;
  readonly closeTimeout: number;
  readonly linger: number;
  readonly invalid: InvalidSetting<never>;
}
