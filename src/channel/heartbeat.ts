import type { Clock, Timer } from './clock.ts';
import type { Liveness } from './socket.ts';

/** What the heartbeat needs of its channel. */
export interface HeartbeatHost {
  readonly clock: Clock;
  /** The socket is not read, so that no answer can be seen. */
  readonly paused: boolean;
  /** A Ping that has left may be the last of what was unsent. */
  drained(): void;
  /** A Ping went out, which has to leave in time as messages have. */
  behind(): void;
  /** Nothing is to be waited for until the next Ping. */
  answered(): void;
  readonly life: { cutOff(ending: 'silent'): void };
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
 *
 * Made when a Ping is due, and gone when it was answered.
 */
export class Heartbeat {
  readonly #host: HeartbeatHost;
  readonly #timeout: number;
  readonly #liveness: Liveness;
  #deadline: Timer | undefined;
  #pinging = false;
  #leaving = false;
  /** Bytes received before the Ping that has left and is to be answered. */
  #received: number | undefined;
  #stopped = false;

  constructor(host: HeartbeatHost, liveness: Liveness, timeout: number) {
    this.#host = host;
    this.#liveness = liveness;
    this.#timeout = timeout;
  }

  stop(): void {
    this.#stopped = true;
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
    if (this.#host.paused) this.#probe();
    else if (!this.#pinging) this.#ping();
  }

  #ping(): void {
    this.#pinging = true;
    const received = this.#liveness.receivedBytes;
    this.#send(() => {
      this.#received = received;
      if (!this.#host.paused) this.#awaitAnswer();
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
      this.#host.drained();
    });
    this.#host.behind();
  }

  #awaitAnswer(): void {
    if (this.#received === undefined || this.#stopped) return;
    this.#deadline = this.#host.clock.after(this.#timeout, () => {
      const answered = this.#liveness.receivedBytes !== this.#received;
      this.#pinging = false;
      this.#received = undefined;
      this.#deadline = undefined;
      if (answered) this.#host.answered();
      else this.#host.life.cutOff('silent');
    });
  }
}
