import type { Clock, Timer } from '../channel/clock.ts';

/** What watching for a stall needs of the channel. */
export interface StallHost {
  readonly settings: { readonly stallTimeout: number };
  readonly clock: Clock;
  readonly socket: { readonly bufferedBytes: number; readonly unwrittenBytes?: number };
  /** The peer took nothing of what is unsent for `stallTimeout`. */
  stalled(): void;
  /** All has left without a word. */
  drained(): void;
  /** Losses are summed up while the peer is behind; it is time to tell of them. */
  tellLosses(): void;
}

/** Watches whether the peer takes something of what is unsent. Made when something is unsent for the first time. */
export class Stall {
  readonly #host: StallHost;
  #timer: Timer | undefined;
  #unsentSince = 0;
  #unwritten = 0;
  #busy = false;

  constructor(host: StallHost) {
    this.#host = host;
  }

  /** Whether something is unsent, as far as has been told. */
  get busy(): boolean {
    return this.#busy;
  }

  watch(busy: boolean): void {
    if (busy && !this.#busy) this.progress();
    this.#busy = busy;
    // The timer is not stopped when all has left: it finds nothing to do, which is cheaper than one timer a burst.
    if (busy && this.#timer === undefined) this.#arm(this.#host.settings.stallTimeout);
  }

  /** The peer has taken something. */
  progress(): void {
    this.#unsentSince = this.#host.clock.now();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(delay: number): void {
    this.#unwritten = this.#host.socket.unwrittenBytes ?? 0;
    this.#timer = this.#host.clock.after(delay, () => this.#check());
  }

  #check(): void {
    this.#timer = undefined;
    if (!this.#busy) return;
    const { clock, settings, socket } = this.#host;
    // A peer that is always behind keeps its channel saturated for ever.
    this.#host.tellLosses();
    // Not all that leaves is reported: a socket may answer Pings by itself.
    if (socket.bufferedBytes === 0) {
      this.#host.drained();
      return;
    }
    // A part of a large payload has left, which the socket does not report.
    if ((socket.unwrittenBytes ?? 0) !== this.#unwritten) this.progress();
    const left = this.#unsentSince + settings.stallTimeout - clock.now();
    if (left > 0) this.#arm(left);
    else this.#host.stalled();
  }
}
