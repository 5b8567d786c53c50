import type { ServerChannel } from './channel.ts';
import type { ChannelEvent, DropReason } from './events.ts';

/** What losses need of their channel. */
export interface LossesHost {
  readonly channel: ServerChannel;
  emit(event: ChannelEvent): void;
}

type Direction = 'in' | 'out';

/** Sums up lost messages, so that a flood of losses is one event. */
export class Losses {
  readonly #host: LossesHost;
  #total = 0;
  #pending: Map<string, { direction: Direction; reason: DropReason; messages: number }> | undefined;
  #scheduled = false;

  constructor(host: LossesHost) {
    this.#host = host;
  }

  /** Messages lost so far. */
  get total(): number {
    return this.#total;
  }

  /** Counts messages whose loss has an event of its own. */
  count(messages: number): void {
    this.#total += messages;
  }

  /** Counts messages that `flush` is to tell of. */
  add(direction: Direction, reason: DropReason, messages: number): void {
    this.#total += messages;
    this.#pending ??= new Map();
    const key = `${direction} ${reason}`;
    const sum = this.#pending.get(key);
    if (sum === undefined) this.#pending.set(key, { direction, reason, messages });
    else sum.messages += messages;
  }

  /** Tells of what has come up since the last call. */
  flush(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) return;
    for (const sum of pending.values()) this.#host.emit({ type: 'dropped', channel: this.#host.channel, ...sum });
  }

  /** Tells in a microtask, so that what is lost in one go is one event. */
  flushSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.flush();
    });
  }
}
