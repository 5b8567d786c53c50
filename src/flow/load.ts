import type { Clock, Timer } from '../channel/clock.ts';
import { type Context, enter, type Flow, Work } from './context.ts';

/** What the load needs of its channel. */
export interface LoadHost {
  readonly settings: {
    readonly highWater: number;
    readonly lowWater: number;
    readonly highWaterBytes: number;
    readonly stallTimeout: number;
  };
  readonly clock: Clock;
  readonly outbound: { readonly saturated: boolean };
  readonly inbound: {
    /** Work has ended, and there is room for more. */
    eased(): void;
  };
  /** Something that `pressure$` shows has changed. */
  changed(): void;
  /** Messages wait, and no work has ended for `stallTimeout`. */
  stuck(): void;
}

interface Watch {
  timer: Timer;
  /** When work ended last. */
  progressAt: number;
  told: boolean;
}

/**
 * How many messages of a channel are in work. It is full from `highWater` messages, or `highWaterBytes`, until it has
 * fallen to `lowWater`, and below `highWaterBytes`.
 */
export class Load implements Flow {
  readonly #host: LoadHost;
  messages = 0;
  full = false;
  /** A message is being delivered, or about to be. */
  delivers = false;
  #bytes = 0;
  /** Of the message that is being delivered: its bytes, and its work once somebody has asked for it. */
  #deliveredBytes = 0;
  #work: Work | undefined;
  #watch: Watch | undefined;

  constructor(host: LoadHost) {
    this.#host = host;
  }

  get flow(): this {
    return this;
  }

  get work(): Work | undefined {
    if (this.delivers) this.#work ??= new Work(this, this.#deliveredBytes);
    return this.#work;
  }

  /** A delivery begins. Answers the former context, for `leave`. */
  deliver(bytes: number): Context | undefined {
    this.delivers = true;
    this.#deliveredBytes = bytes;
    return enter(this);
  }

  leave(former: Context | undefined): void {
    enter(former);
    this.#work = undefined;
    this.delivers = false;
  }

  began(bytes: number): void {
    const { highWater, highWaterBytes } = this.#host.settings;
    this.messages++;
    this.#bytes += bytes;
    if (this.messages >= highWater || this.#bytes >= highWaterBytes) this.full = true;
    this.#host.changed();
  }

  ended(bytes: number): void {
    const { lowWater, highWaterBytes } = this.#host.settings;
    this.messages--;
    this.#bytes -= bytes;
    if (this.messages <= lowWater && this.#bytes < highWaterBytes) this.full = false;
    if (this.#watch !== undefined) this.#progressed(this.#watch);
    this.#host.changed();
    if (!this.full) this.#host.inbound.eased();
  }

  /** Says whether messages wait because of this load. If no work ends for too long meanwhile it is told, once. */
  blocks(waiting: boolean): void {
    if (!waiting) {
      this.#watch?.timer.cancel();
      this.#watch = undefined;
    } else if (this.#watch === undefined) {
      const { clock, settings } = this.#host;
      this.#watch = { timer: this.#check(settings.stallTimeout), progressAt: clock.now(), told: false };
    }
  }

  /** After some work has ended the rest may be stuck anew. */
  #progressed(watch: Watch): void {
    watch.progressAt = this.#host.clock.now();
    if (watch.told) watch.timer = this.#check(this.#host.settings.stallTimeout);
    watch.told = false;
  }

  #check(delay: number): Timer {
    const { clock, settings } = this.#host;
    return clock.after(delay, () => {
      if (this.#watch === undefined) return;
      const left = this.#watch.progressAt + settings.stallTimeout - clock.now();
      if (left > 0) this.#watch.timer = this.#check(left);
      // Work may wait for the channel's own output; a peer that takes none of it is found there.
      else if (this.#host.outbound.saturated) this.#watch.timer = this.#check(settings.stallTimeout);
      else {
        this.#watch.told = true;
        this.#host.stuck();
      }
    });
  }
}
