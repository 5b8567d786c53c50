import type { DropReason } from './events.ts';

/** Sums up lost messages, so that a flood of losses is one event. */
export class Losses {
  #total = 0;
  #pending: Map<string, { direction: 'in' | 'out'; reason: DropReason; messages: number }> | undefined;

  /** Messages lost so far. */
  get total(): number {
    return this.#total;
  }

  /** Counts messages whose loss has an event of its own. */
  count(messages: number): void {
    this.#total += messages;
  }

  /** Counts messages that `flush` is to tell of. */
  add(direction: 'in' | 'out', reason: DropReason, messages: number): void {
    this.#total += messages;
    this.#pending ??= new Map();
    const key = `${direction} ${reason}`;
    const sum = this.#pending.get(key);
    if (sum === undefined) this.#pending.set(key, { direction, reason, messages });
    else sum.messages += messages;
  }

  /** Hands over what has come up since the last call. */
  flush(report: (direction: 'in' | 'out', reason: DropReason, messages: number) => void): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) return;
    for (const { direction, reason, messages } of pending.values()) report(direction, reason, messages);
  }
}
