import type { Clock, Timer } from './clock.ts';
import type { Beat, Metronome } from './metronome.ts';
import type { Liveness } from './socket.ts';

/** What the heartbeat needs of its channel. */
export interface HeartbeatHost {
  readonly clock: Clock;
  /** A paused socket is not read, so that no answer can be seen. */
  readonly inbound: { readonly paused: boolean };
  /** A Ping that has left may be the last of what was unsent. */
  readonly outbound: { drained(): void };
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
 *
 * While the socket is paused no answer can be seen; the deadline begins anew when reading goes on.
 */
export class Heartbeat implements Beat {
  readonly #host: HeartbeatHost;
  readonly #metronome: Metronome;
  readonly #timeout: number;
  readonly #liveness: Liveness;
  due = 0;
  #deadline: Timer | undefined;
  #pinging = false;
  /** Bytes received before the Ping that has left and is to be answered. */
  #received: number | undefined;
  #stopped = false;

  constructor(host: HeartbeatHost, metronome: Metronome, timeout: number, liveness: Liveness) {
    this.#host = host;
    this.#metronome = metronome;
    this.#timeout = timeout;
    this.#liveness = liveness;
    metronome.add(this);
  }

  stop(): void {
    this.#stopped = true;
    this.#metronome.remove(this);
    this.#deadline?.cancel();
    this.#deadline = undefined;
  }

  /** The socket is read, or no longer. */
  listens(on: boolean): void {
    this.#deadline?.cancel();
    this.#deadline = undefined;
    if (on) this.#awaitAnswer();
  }

  beat(): void {
    // One Ping at a time. One that cannot leave is a matter of `stallTimeout`.
    if (!this.#pinging && !this.#host.inbound.paused) this.#ping();
  }

  #ping(): void {
    this.#pinging = true;
    const received = this.#liveness.receivedBytes;
    this.#liveness.ping(() => {
      if (this.#stopped) return;
      this.#received = received;
      if (!this.#host.inbound.paused) this.#awaitAnswer();
      this.#host.outbound.drained();
    });
    this.#host.pinged();
  }

  #awaitAnswer(): void {
    if (this.#received === undefined || this.#stopped) return;
    this.#deadline = this.#host.clock.after(this.#timeout, () => {
      const answered = this.#liveness.receivedBytes !== this.#received;
      this.#pinging = false;
      this.#received = undefined;
      this.#deadline = undefined;
      if (!answered) this.#host.unanswered();
    });
  }
}
