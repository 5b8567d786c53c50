import type { Clock, Timer } from './clock.ts';
import type { HeartbeatSettings } from './settings.ts';
import type { Liveness } from './socket.ts';

/** What the heartbeat needs of its channel. */
export interface HeartbeatHost {
  readonly clock: Clock;
  /** A paused socket is not read, so that no answer can be seen. */
  readonly inbound: { readonly paused: boolean };
  /** A Ping went out. */
  pinged(): void;
  /** No byte came in time. */
  unanswered(): void;
}

/**
 * Asks the peer for a sign of life: a Ping every so often, then any byte within a time limit that begins when the
 * Ping has left.
 *
 * ```
 *   every    |----------|----------|------
 *   ping     -----------P----------P------
 *   deadline ---------------x----------x--   nothing came since the Ping: the peer is gone
 * ```
 */
export class Heartbeat {
  readonly #host: HeartbeatHost;
  readonly #settings: HeartbeatSettings;
  readonly #liveness: Liveness;
  #next: Timer | undefined;
  #deadline: Timer | undefined;
  #pinging = false;
  #stopped = false;

  constructor(host: HeartbeatHost, settings: HeartbeatSettings, liveness: Liveness) {
    this.#host = host;
    this.#settings = settings;
    this.#liveness = liveness;
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#next?.cancel();
    this.#deadline?.cancel();
    this.#next = undefined;
    this.#deadline = undefined;
  }

  #schedule(): void {
    this.#next = this.#host.clock.after(this.#settings.every, () => {
      this.#schedule();
      // One Ping at a time. One that cannot leave is a matter of `stallTimeout`.
      if (!this.#pinging && !this.#host.inbound.paused) this.#ping();
    });
  }

  #ping(): void {
    this.#pinging = true;
    const received = this.#liveness.receivedBytes;
    this.#liveness.ping(() => {
      if (this.#stopped) return;
      this.#deadline = this.#host.clock.after(this.#settings.timeout, () => {
        this.#pinging = false;
        this.#deadline = undefined;
        // While we do not read, the answer may well lie in the kernel.
        if (!this.#host.inbound.paused && this.#liveness.receivedBytes === received) this.#host.unanswered();
      });
    });
    this.#host.pinged();
  }
}
