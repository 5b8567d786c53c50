import type { Clock, Timer } from './clock.ts';
import type { Beat, Metronome } from './metronome.ts';
import type { Liveness } from './socket.ts';

/** What the heartbeat needs of its channel. */
export interface HeartbeatHost {
  readonly clock: Clock;
  /** A paused socket is not read, so that no answer can be seen. */
  readonly inbound: { readonly paused: boolean };
  readonly outbound: {
    /** A Ping went out, which has to leave in time as messages have. */
    watch(): void;
    /** A Ping that has left may be the last of what was unsent. */
    drained(): void;
  };
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
 * While the socket is paused no answer can be seen: Pings go out without a deadline, and the deadline of one that was
 * under way begins anew when reading goes on.
 */
export class Heartbeat implements Beat {
  readonly #host: HeartbeatHost;
  readonly #metronome: Metronome;
  readonly #timeout: number;
  readonly #liveness: Liveness;
  due = 0;
  #deadline: Timer | undefined;
  #pinging = false;
  #leaving = false;
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
    if (this.#leaving) return;
    if (this.#host.inbound.paused) this.#probe();
    else if (!this.#pinging) this.#ping();
  }

  #ping(): void {
    this.#pinging = true;
    const received = this.#liveness.receivedBytes;
    this.#send(() => {
      this.#received = received;
      if (!this.#host.inbound.paused) this.#awaitAnswer();
    });
  }

  /** Nobody reads the answer. But a connection that is gone is found by writing to it, where it is not read. */
  #probe(): void {
    this.#send(() => {});
  }

  #send(left: () => void): void {
    this.#leaving = true;
    this.#liveness.ping(() => {
      this.#leaving = false;
      if (this.#stopped) return;
      left();
      this.#host.outbound.drained();
    });
    this.#host.outbound.watch();
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
