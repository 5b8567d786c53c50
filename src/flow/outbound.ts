import type { Clock, Timer } from '../channel/clock.ts';
import type { Socket } from '../channel/socket.ts';
import { byteLength, type Payload } from '../protocol/payload.ts';
import { Fifo } from './fifo.ts';
import { InOrder } from './in-order.ts';

/** What the outbound side needs of its channel. */
export interface OutboundHost {
  readonly settings: {
    readonly outHighWater: number;
    readonly outLowWater: number;
    readonly outCeiling: number;
    readonly stallTimeout: number;
  };
  readonly clock: Clock;
  readonly socket: Socket;
  /** A promised payload could not be made, or a source that was pulled failed when it was stopped. */
  fail(error: unknown): void;
  lost(direction: 'out', reason: 'ended', messages: number): void;
  /** The peer took nothing of what is unsent for `stallTimeout`. */
  stalled(): void;
  saturated(unsentBytes: number): void;
  /** The channel's own input, which saturated output holds back. */
  readonly inbound: { release(): void };
  /** Something that `pressure$` shows has changed. */
  changed(): void;
}

/** No more than this is handed to the socket at a time; the rest stays where it can still be dropped. */
const handOverBytes = 65_536;

/** What a message counts for while an asynchronous schema is still encoding it. */
const unknownBytes = 1_024;

/**
 * The outbound side of a channel: payloads go to the socket while it keeps up and wait here while it does not.
 * Unsent is what the socket has not handed to the operating system, plus what waits here.
 */
export class Outbound {
  readonly #host: OutboundHost;
  #waiting: Fifo<Payload> | undefined;
  #waitingBytes = 0;
  #encoding: InOrder<Payload> | undefined;
  #saturated = false;
  #desaturation: Set<() => void> | undefined;
  #finished: (() => void) | undefined;
  #closed = false;
  /** Bytes handed to the socket so far, for pulled sources to measure their turn by. */
  handedBytes = 0;

  #stallTimer: Timer | undefined;
  #unsentSince = 0;
  #unwritten = 0;
  #busy = false;

  constructor(host: OutboundHost) {
    this.#host = host;
  }

  get unsentBytes(): number {
    return this.#host.socket.bufferedBytes + this.#waitingBytes + (this.#encoding?.size ?? 0) * unknownBytes;
  }

  get #waits(): boolean {
    return this.#waiting !== undefined && this.#waiting.size > 0;
  }

  get saturated(): boolean {
    return this.#saturated;
  }

  /** Whether one more message may come: what is unsent before it is below the ceiling. */
  get admits(): boolean {
    return this.unsentBytes < this.#host.settings.outCeiling;
  }

  /** Takes an encoded message, or the promise of one; the order of the calls is the order on the wire. */
  send(encoded: Payload | Promise<Payload>): void {
    if (encoded instanceof Promise || this.#encoding?.size) {
      this.#encoding ??= new InOrder(
        (payload) => this.#handOver(payload),
        (error) => this.#encodingFailed(error),
        () => this.#settle(),
      );
      this.#encoding.push(encoded);
      this.#settle();
    } else {
      this.#handOver(encoded);
    }
  }

  /** The socket reports that some of it has left. */
  drained(): void {
    // Most of what is sent is taken at once, and then nobody waits for this.
    if (!this.#busy) return;
    this.#unsentSince = this.#host.clock.now();
    const { socket, settings } = this.#host;
    const limit = Math.min(settings.outHighWater, handOverBytes);
    while (this.#waiting !== undefined && this.#waits && socket.bufferedBytes < limit) {
      const payload = this.#waiting.shift();
      const bytes = byteLength(payload);
      this.#waitingBytes -= bytes;
      this.handedBytes += bytes;
      socket.send(payload);
    }
    this.#settle();
  }

  /** Calls back once nothing is unsent. */
  finish(done: () => void): void {
    this.#finished = done;
    this.#settle();
  }

  /** Takes nothing more and forgets what waits here. Answers how many messages that were. */
  discard(): number {
    const messages = (this.#waiting?.size ?? 0) + (this.#encoding?.size ?? 0);
    this.#closed = true;
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    this.#encoding?.abandon();
    this.#encoding = undefined;
    this.#finished = undefined;
    // Sources that are pulled would give what nobody sends.
    this.#desaturation = undefined;
    this.#desaturate();
    return messages;
  }

  /** Forgets what is still being encoded, and counts it; the rest is sent. */
  giveUpEncoding(): void {
    const messages = this.#encoding?.size ?? 0;
    if (messages === 0) return;
    this.#encoding?.abandon();
    this.#encoding = undefined;
    this.#host.lost('out', 'ended', messages);
    this.#settle();
  }

  /** The socket is gone: no timer is left behind. */
  stop(): void {
    this.#stallTimer?.cancel();
    this.#stallTimer = undefined;
    this.#desaturation = undefined;
  }

  /** Calls back once when the channel is no longer saturated. Answers how to take that back. */
  onDesaturation(task: () => void): () => void {
    this.#desaturation ??= new Set();
    const tasks = this.#desaturation.add(task);
    return () => tasks.delete(task);
  }

  fail(error: unknown): void {
    this.#host.fail(error);
  }

  soon(task: () => void): Timer {
    return this.#host.clock.soon(task);
  }

  /** Bytes went out besides messages (a Ping): they have to leave within `stallTimeout` as well. */
  watch(): void {
    this.#settle();
  }

  #handOver(payload: Payload): void {
    if (this.#closed) return;
    const { socket, settings } = this.#host;
    if (this.#waits || socket.bufferedBytes >= settings.outHighWater) {
      this.#waiting ??= new Fifo();
      this.#waiting.push(payload);
      this.#waitingBytes += byteLength(payload);
    } else {
      this.handedBytes += payload.length;
      socket.send(payload);
    }
    // Mostly the operating system has taken all of it by now.
    if (socket.bufferedBytes > 0) this.#settle();
  }

  /** Brings saturation, the stall timer and `finish` in line with what is unsent. */
  #settle(): void {
    const { settings, socket } = this.#host;
    const unsent = this.unsentBytes;
    if (unsent >= settings.outHighWater && !this.#saturated && !this.#closed) {
      this.#saturated = true;
      this.#host.saturated(unsent);
    } else if (unsent <= settings.outLowWater) {
      this.#desaturate();
    }
    // What a schema is still encoding is not the peer's fault.
    this.#watchStall(!this.#closed && (socket.bufferedBytes > 0 || this.#waits));
    this.#host.changed();
    // Those who waited for the desaturation may have sent more.
    if (this.#finished !== undefined && this.unsentBytes === 0 && !this.#waits) {
      const done = this.#finished;
      this.#finished = undefined;
      done();
    }
  }

  /** What was sent after it would leave a gap that the peer cannot see. */
  #encodingFailed(error: unknown): void {
    this.giveUpEncoding();
    this.#host.fail(error);
  }

  #desaturate(): void {
    if (!this.#saturated) return;
    this.#saturated = false;
    this.#host.inbound.release();
    const tasks = this.#desaturation;
    this.#desaturation = undefined;
    if (tasks !== undefined) for (const task of tasks) task();
  }

  #watchStall(busy: boolean): void {
    if (busy && !this.#busy) this.#unsentSince = this.#host.clock.now();
    this.#busy = busy;
    // The timer is not stopped when all has left: it finds nothing to do, which is cheaper than one timer a burst.
    if (busy && this.#stallTimer === undefined) this.#armStall(this.#host.settings.stallTimeout);
  }

  #armStall(delay: number): void {
    this.#unwritten = this.#host.socket.unwrittenBytes ?? 0;
    this.#stallTimer = this.#host.clock.after(delay, () => this.#checkStall());
  }

  #checkStall(): void {
    this.#stallTimer = undefined;
    if (!this.#busy) return;
    const { clock, settings, socket } = this.#host;
    // Not all that leaves is reported: a socket may answer Pings by itself.
    if (socket.bufferedBytes === 0) {
      this.drained();
      return;
    }
    // A part of a large payload has left, which the socket does not report.
    if ((socket.unwrittenBytes ?? 0) !== this.#unwritten) this.#unsentSince = clock.now();
    const left = this.#unsentSince + settings.stallTimeout - clock.now();
    if (left > 0) this.#armStall(left);
    else this.#host.stalled();
  }
}
