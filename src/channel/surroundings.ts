import type { Codec } from '../codec/codec.ts';
import type { ServerChannel } from './channel.ts';
import type { Clock } from './clock.ts';
import type { ChannelEvent } from './events.ts';
import type { Metronome } from './metronome.ts';
import type { ChannelSettings } from './settings.ts';

/** What all channels of a route share. */
export interface ChannelRoute {
  readonly pattern: string;
  readonly codec: Codec<unknown, unknown>;
  readonly settings: ChannelSettings;
}

/** What a channel needs of the app that it belongs to. */
export interface ChannelHost {
  readonly clock: Clock;
  /** Whether anybody listens to events; making one is a waste otherwise. */
  readonly observed: boolean;
  /** Begins the ids of the channels. */
  readonly idPrefix: string;
  emit(event: ChannelEvent): void;
  /** What beats in an interval for all channels. */
  metronome(interval: number): Metronome;
  report(error: unknown, channel: ServerChannel): void;
  ended(channel: ServerChannel): void;
}

/** What was counted when the channel was let in, and is given back at its end. */
export interface HeldPlace {
  release(): void;
}
