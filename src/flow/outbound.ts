import type { Clock, Timer } from '../channel/clock.ts';
import type { Socket } from '../channel/socket.ts';
import { byteLength, type Payload } from '../protocol/payload.ts';
import { InOrder } from './in-order.ts';
import { Stall, type StallHost } from './stall.ts';
import { anyKey, Unsent } from './unsent.ts';

/** What the outbound side needs of its channel. */
export interface OutboundHost extends StallHost {
  readonly settings: StallHost['settings'] & {
    readonly outHighWater: number;
    readonly outLowWater: number;
    readonly outCeiling: number;
  };
  readonly clock: Clock;
  readonly socket: Socket;
  /** A promised payload could not be made, or a source that was pulled failed when it was stopped. */
  fail(error: unknown): void;
  lost(direction: 'out', reason: 'ended' | 'overflow', messages: number): void;
  /** A message found no room. */
  overflowed(): void;
  saturated(unsentBytes: number): void;
  /** The channel's own input, which saturated output holds back. */
  readonly inbound: { release(): void };
  /** Something that `pressure$` shows has changed. */
  changed(): void;
}

/** No more than this is handed to the socket at a time; the rest stays where it can still be dropped. */
const handOverBytes = 65_536;

/** A payload, and the key under which it may be replaced while it waits. */
interface Keyed {
  readonly payload: Payload;
  readonly key: unknown;
}

/** What a message counts for while an asynchronous schema is still encoding it. */
const unknownBytes = 1_024;

/**
 * The outbound side of a channel: payloads go to the socket while it keeps up and wait here while it does not.
 * Unsent is what the socket has not handed to the operating system, plus what waits here.
 */
export class Outbound {
  readonly #host: OutboundHost;
  #waiting: Unsent | undefined;
  #encoding: InOrder<Keyed> | undefined;
  #saturated = false;
  #desaturation: Set<() => void> | undefined;
  #finished: (() => void) | undefined;
  #closed = false;
  #stall: Stall | undefined;
  /** Bytes handed to the socket so far, for pulled sources to measure their turn by. */
  handedBytes = 0;
  /** Is told of each message that is not going to be sent. Only tests set it, and elsewhere it takes no memory. */
  declare dropped?: (encode: () => Payload | Promise<Payload>) => void;

  constructor(host: OutboundHost) {
    this.#host = host;
  }

  get unsentBytes(): number {
    return this.#host.socket.bufferedBytes + (this.#waiting?.bytes ?? 0) + (this.#encoding?.size ?? 0) * unknownBytes;
  }

  /** Messages that wait here: they can still be dropped or replaced. */
  get waiting(): number {
    return this.#waiting?.size ?? 0;
  }

  /** Messages that the socket does not have yet. */
  get #held(): number {
    return this.waiting + (this.#encoding?.size ?? 0);
  }

  get saturated(): boolean {
    return this.#saturated;
  }

  get gone(): boolean {
    return this.#closed;
  }

  /** What is unsent has reached the ceiling; the channel is then saturated as well. */
  get full(): boolean {
    return this.unsentBytes >= this.#host.settings.outCeiling;
  }

  /** Whether a message with this key may come: it replaces one, or has room. One always has room if nothing waits. */
  takes(key: unknown): boolean {
    if (this.#waiting?.find(key) !== undefined) return true;
    return !this.full || this.#held === 0;
  }

  /** Drops the oldest waiting messages until the channel is not full. */
  evict(): void {
    let messages = 0;
    for (; this.#waiting !== undefined && this.waiting > 0 && this.full; messages++) {
      const { payload } = this.#waiting.shift();
      this.dropped?.(() => payload);
    }
    if (messages > 0) this.#host.lost('out', 'overflow', messages);
  }

  /**
   * Takes an encoded message, or the promise of one; the order of the calls is the order on the wire. If it comes to
   * wait, it takes the place of one that waits with the same key.
   */
  send(encoded: Payload | Promise<Payload>, replace?: unknown): void {
    const key = replace === undefined && !this.#saturated ? anyKey : replace;
    if (encoded instanceof Promise || this.#encoding?.size) {
      this.#encoding ??= new InOrder(
        (message) => this.#handOver(message.payload, message.key),
        (error) => this.#encodingFailed(error),
        () => this.#settle(),
      );
      const keyed = (payload: Payload): Keyed => ({ payload, key });
      this.#encoding.push(encoded instanceof Promise ? encoded.then(keyed) : keyed(encoded));
      this.#settle();
    } else {
      this.#handOver(encoded, key);
    }
  }

  /** The socket reports that some of it has left. */
  drained(): void {
    // Most of what is sent is taken at once, and then nobody waits for this.
    if (!this.#stall?.busy) return;
    this.#stall.progress();
    const { socket, settings } = this.#host;
    const limit = Math.min(settings.outHighWater, handOverBytes);
    while (this.#waiting !== undefined && this.waiting > 0 && this.#keepsUp(limit)) {
      const { payload, bytes } = this.#waiting.shift();
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
    const { clock } = this.#host;
    const messages = this.#held;
    this.#closed = true;
    if (this.dropped !== undefined) this.#tellDropped(this.dropped);
    this.#waiting = undefined;
    this.#encoding?.abandon();
    this.#encoding = undefined;
    this.#finished = undefined;
    const paced = this.#desaturation;
    this.#desaturation = undefined;
    this.#desaturate();
    // Sources that are pulled wait no longer: it may be one of them that works on messages, which are to be finished.
    if (paced !== undefined) for (const task of paced) clock.soon(task);
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
    this.#stall?.stop();
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

  /** Bytes are unsent that nobody watches yet: a Ping, or a turn's messages. They have to leave within `stallTimeout`. */
  watch(): void {
    this.#settle();
  }

  #handOver(payload: Payload, key: unknown): void {
    if (this.#closed) return;
    const { socket, settings } = this.#host;
    if (this.waiting > 0 || !this.#keepsUp(settings.outHighWater)) {
      this.#enqueue(payload, key);
      return;
    }
    this.handedBytes += payload.length;
    socket.send(payload);
    // Mostly the operating system has taken all of it by now, or is going to at the end of this turn.
    const worthALook = socket.flush === undefined ? 1 : settings.outHighWater;
    if (socket.bufferedBytes >= worthALook) this.#settle();
  }

  /** Whether the peer keeps up: the socket holds less than so much, also once it has handed over what it can. */
  #keepsUp(limit: number): boolean {
    const { socket } = this.#host;
    if (socket.bufferedBytes >= limit) socket.flush?.();
    return socket.bufferedBytes < limit;
  }

  #enqueue(payload: Payload, key: unknown): void {
    this.#waiting ??= new Unsent();
    const bytes = byteLength(payload);
    const former = this.#waiting.find(key);
    if (former === undefined) {
      this.#waiting.push(payload, bytes, key);
    } else if (bytes <= former.bytes || this.#roomBesides(former.bytes)) {
      const { payload: old } = former;
      this.dropped?.(() => old);
      this.#waiting.replace(former, payload, bytes);
      this.#host.lost('out', 'overflow', 1);
    } else {
      this.dropped?.(() => payload);
      this.#host.overflowed();
    }
    this.#settle();
  }

  #tellDropped(dropped: NonNullable<Outbound['dropped']>): void {
    while (this.#waiting !== undefined && this.waiting > 0) {
      const { payload } = this.#waiting.shift();
      dropped(() => payload);
    }
  }

  /** Replacing messages by ever larger ones must not lead past the ceiling. */
  #roomBesides(bytes: number): boolean {
    if (this.#held === 1) return true;
    return this.unsentBytes - bytes < this.#host.settings.outCeiling;
  }

  /** Brings saturation, the stall timer and `finish` in line with what is unsent. */
  #settle(): void {
    const { settings, socket } = this.#host;
    // A Close follows at once what was sent before it.
    if (this.#finished !== undefined || socket.bufferedBytes >= settings.outHighWater) socket.flush?.();
    const unsent = this.unsentBytes;
    if (unsent >= settings.outHighWater && !this.#saturated && !this.#closed) {
      this.#saturated = true;
      this.#host.saturated(unsent);
    } else if (unsent <= settings.outLowWater) {
      this.#desaturate();
    }
    // What a schema is still encoding is not the peer's fault.
    const busy = !this.#closed && (socket.bufferedBytes > 0 || this.waiting > 0);
    if (busy) this.#stall ??= new Stall(this.#host);
    this.#stall?.watch(busy);
    this.#host.changed();
    // Those who waited for the desaturation may have sent more.
    if (this.#finished !== undefined && this.unsentBytes === 0 && this.waiting === 0) {
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
    this.#host.tellLosses();
    this.#host.inbound.release();
    const tasks = this.#desaturation;
    this.#desaturation = undefined;
    if (tasks !== undefined) for (const task of tasks) task();
  }
}
