import type { Subscriber } from 'rxjs';
import type { Payload } from '../protocol/payload.ts';
import { Fifo } from './fifo.ts';

/** What the inbound side needs of its channel. */
export interface InboundHost<In> {
  readonly settings: { readonly highWater: number; readonly lowWater: number; readonly highWaterBytes: number };
  /** Decodes one payload. Never throws or rejects: a refused payload is dealt with and answers `refused`. */
  decode(payload: Payload): In | typeof refused | Promise<In | typeof refused>;
  demand(on: boolean): void;
  fail(error: unknown): void;
  lost(direction: 'in', reason: 'unread' | 'ended', messages: number): void;
  /** Something that `pressure$` shows has changed. */
  changed(): void;
  readonly life: {
    /** `in$` has completed and nothing is in work any more. */
    quiet(): void;
  };
}

/** What `decode` answers for a payload that the codec refused. */
export const refused: unique symbol = Symbol('refused');

/** How many bytes are kept for a handler that has settled and reads nothing. */
const unreadBytes = 65_536;

const nobody: readonly Subscriber<never>[] = [];

/**
 * The inbound side of a channel: payloads come in, wait where they must, are decoded once and delivered to all
 * subscribers of `in$`, in order, in one flat loop.
 *
 * Delivery waits for the handler to return, for a subscriber, for an asynchronous decode and for the channel's own
 * output. It never happens inside `subscribe`: a microtask lies between, so that both branches of a `merge` get the
 * first message.
 */
export class Inbound<In> {
  readonly #host: InboundHost<In>;
  #subscribers: readonly Subscriber<In>[] = nobody;
  #waiting: Fifo<Payload> | undefined;
  #waitingBytes = 0;
  /** The oldest message, where it is decoded and nobody was there to take it. */
  #decodedFirst: { readonly message: In } | undefined;
  /** `open` takes payloads, `draining` delivers what has come, `completed` is the end of `in$`. */
  #state: 'open' | 'draining' | 'completed' = 'open';
  /** The handler has returned; a microtask is passing, or has passed. */
  #started = false;
  #settled = false;
  #scheduled = false;
  #delivering = false;
  #decoding = false;
  #held = false;
  #paused = false;

  constructor(host: InboundHost<In>) {
    this.#host = host;
  }

  get waiting(): number {
    return this.#queued + (this.#decodedFirst === undefined ? 0 : 1);
  }

  get #queued(): number {
    return this.#waiting?.size ?? 0;
  }

  get inWork(): number {
    return this.#decoding ? 1 : 0;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get delivering(): boolean {
    return this.#delivering;
  }

  get #idle(): boolean {
    return this.#state === 'completed' && !this.#decoding && this.#settled;
  }

  // --- called by the socket ---

  payload(payload: Payload): void {
    if (this.#state !== 'open') {
      this.#host.lost('in', 'ended', 1);
      return;
    }
    if (this.waiting === 0 && this.#ready) {
      this.#delivering = true;
      this.#deliver(payload);
      this.#delivering = false;
      this.#settle();
      return;
    }
    this.#waiting ??= new Fifo();
    this.#waiting.push(payload);
    this.#waitingBytes += payload.length;
    this.#discardUnread();
    this.#pauseOrResume();
    this.#host.changed();
  }

  // --- called by the handler's side ---

  /** A subscriber leaves by being closed: a teardown for each would weigh more than the rest of it. */
  attach(subscriber: Subscriber<In>): void {
    if (this.#state === 'completed') {
      subscriber.complete();
      return;
    }
    const others = this.#subscribers.filter(({ closed }) => !closed);
    if (others.length === 0 && this.#started) this.#schedule();
    // A new array each time: one that is being walked through stays as it is.
    this.#subscribers = others.length === 0 ? [subscriber] : [...others, subscriber];
  }

  /** The handler has returned; delivery begins in a microtask. */
  start(): void {
    this.#started = true;
    this.#schedule();
  }

  /** The handler's Promise has settled and its result was subscribed: nobody else is going to subscribe soon. */
  settle(): void {
    this.#settled = true;
    this.#schedule();
  }

  // --- called by the channel ---

  /** The channel's own output is saturated by a message being delivered: no more until `release`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#run();
  }

  /** No payload is taken any more; `in$` completes, on request after what has come so far. */
  end(deliver: boolean): void {
    if (this.#state !== 'open') return;
    this.#state = 'draining';
    if (!deliver) this.#dropWaiting();
    this.#pauseOrResume();
    this.#settle();
  }

  /** What is still waiting is given up, and `in$` completes. */
  abandon(): void {
    if (this.#state === 'completed') return;
    this.#state = 'draining';
    this.#decoding = false;
    this.#dropWaiting();
    this.#settle();
  }

  // --- the loop ---

  get #subscribed(): boolean {
    for (const { closed } of this.#subscribers) if (!closed) return true;
    return false;
  }

  get #ready(): boolean {
    return this.#started && !this.#scheduled && !this.#delivering && !this.#decoding && !this.#held && this.#subscribed;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#run();
    });
  }

  #run(): void {
    if (this.#decodedFirst !== undefined && this.#ready) this.#deliverDecoded(this.#decodedFirst);
    while (this.#queued > 0 && this.#ready) {
      const payload = (this.#waiting as Fifo<Payload>).shift();
      this.#waitingBytes -= payload.length;
      this.#delivering = true;
      this.#deliver(payload);
      this.#delivering = false;
    }
    this.#settle();
  }

  #deliver(payload: Payload): void {
    const message = this.#host.decode(payload);
    if (message === refused) return;
    if (message instanceof Promise) {
      this.#decoding = true;
      message.then((decoded) => this.#decoded(decoded));
      return;
    }
    this.#emit(message as In);
  }

  #decoded(message: In | typeof refused): void {
    // Given up in the meantime: `linger` has passed.
    if (!this.#decoding) return;
    this.#decoding = false;
    // Whoever subscribed when it came may have left; then it waits for the next, before all others.
    if (message !== refused) this.#decodedFirst = { message };
    this.#run();
  }

  #deliverDecoded({ message }: { readonly message: In }): void {
    this.#decodedFirst = undefined;
    this.#delivering = true;
    this.#emit(message);
    this.#delivering = false;
  }

  #emit(message: In): void {
    try {
      for (const subscriber of this.#subscribers) subscriber.next(message);
    } catch (error) {
      // RxJS's own subscribers throw only what a finalizer throws; it must not reach the socket.
      this.#host.fail(error);
    }
  }

  /** What has to follow a delivery or an end: pause or resume, complete, tell that all is quiet. */
  #settle(): void {
    if (this.#delivering) return;
    if (this.#state === 'open') {
      if (this.#waiting !== undefined) {
        this.#discardUnread();
        this.#pauseOrResume();
        this.#host.changed();
      }
      return;
    }
    if (this.#state === 'draining' && this.waiting === 0 && !this.#decoding) this.#complete();
    if (this.#idle) this.#host.life.quiet();
  }

  #complete(): void {
    this.#state = 'completed';
    const subscribers = this.#subscribers;
    this.#subscribers = nobody;
    for (const subscriber of subscribers) {
      try {
        subscriber.complete();
      } catch (error) {
        // A finalizer has thrown.
        this.#host.fail(error);
      }
    }
  }

  #discardUnread(): void {
    if (this.#subscribed || !this.#settled || this.#scheduled || this.#waiting === undefined) return;
    while (this.waiting > this.#host.settings.highWater || (this.#waitingBytes > unreadBytes && this.waiting > 1)) {
      if (this.#decodedFirst !== undefined) this.#decodedFirst = undefined;
      else this.#waitingBytes -= this.#waiting.shift().length;
      this.#host.lost('in', 'unread', 1);
    }
  }

  #dropWaiting(): void {
    if (this.waiting === 0) return;
    this.#host.lost('in', 'ended', this.waiting);
    this.#waiting = undefined;
    this.#decodedFirst = undefined;
    this.#waitingBytes = 0;
  }

  /** The socket is paused only for messages that wait: a paused socket sees neither Pong nor Close. */
  #pauseOrResume(): void {
    const { highWater, lowWater, highWaterBytes } = this.#host.settings;
    const { waiting } = this;
    const unread = this.#settled && !this.#subscribed;
    let pause = this.#paused;
    if (this.#state !== 'open' || unread) pause = false;
    else if (this.#held && waiting > 0) pause = true;
    else if (waiting >= highWater || this.#waitingBytes >= highWaterBytes) pause = true;
    else if (waiting <= lowWater) pause = false;
    if (pause === this.#paused) return;
    this.#paused = pause;
    this.#host.demand(!pause);
  }
}
