import type { Subscriber } from 'rxjs';
import type { Payload } from '../protocol/payload.ts';
import { Backlog, type Decoded } from './backlog.ts';
import { Load, type LoadHost } from './load.ts';
import { isToPause } from './reading.ts';
import { completeAll, emitTo, isAnybodyThere, nobody, type Subscribers, stillThere } from './subscribers.ts';

/**
 * How far a handler has come: it is `called`; it has `returned`, and its messages may come; its Promise, where that was
 * one, has `settled`, and nobody else is going to subscribe `in$` soon. But an async generator that has given nothing
 * yet may still be `preparing` to.
 */
export type Stage = 'called' | 'returned' | 'preparing' | 'settled';

/** What the inbound side needs of its channel. */
export interface InboundHost<In> extends LoadHost {
  /** Decodes one payload. Never throws or rejects: a refused payload is dealt with and answers `refused`. */
  decode(payload: Payload): In | typeof refused | Promise<In | typeof refused>;
  readonly stage: Stage;
  demand(on: boolean): void;
  fail(error: unknown): void;
  lost(direction: 'in', reason: 'unread' | 'ended' | 'unfinished', messages: number): void;
  /** Something that `pressure$` shows has changed. */
  changed(): void;
  readonly life: {
    /** Output is still wanted. */
    readonly takesOutput: boolean;
    /** `in$` has completed and nothing is in work any more. */
    quiet(): void;
  };
}

/** What `decode` answers for a payload that the codec refused. */
export const refused: unique symbol = Symbol('refused');

/** How many bytes are kept for a handler that has settled and reads nothing. */
const unreadBytes = 65_536;

/**
 * The inbound side of a channel: payloads come in, wait where they must, are decoded once and delivered to all
 * subscribers of `in$`, in order, in one flat loop.
 *
 * Delivery waits for the handler to return, for a subscriber, for an asynchronous decode, for the channel's own output
 * and for messages in work. It never happens inside `subscribe`, nor inside the end of some work: a microtask lies
 * between, so that both branches of a `merge` get the first message, and no operator is entered while it is busy.
 *
 * ```
 *   socket --> waiting --> decode --> in$ --> operators --> in work, until they are done
 *      ^          |                                            |
 *      +- pause --+<------------ no more at highWater ---------+
 * ```
 */
export class Inbound<In> {
  readonly #host: InboundHost<In>;
  readonly flow: Load;
  #subscribers: Subscribers<In> = nobody;
  #backlog: Backlog<In> | undefined;
  /** `open` takes payloads, `draining` delivers what has come, `completed` is the end of `in$`. */
  #state: 'open' | 'draining' | 'completed' = 'open';
  #scheduled = false;
  #decoding = false;
  #held = false;
  #paused = false;

  constructor(host: InboundHost<In>) {
    this.#host = host;
    this.flow = new Load(host);
  }

  get waiting(): number {
    return this.#backlog === undefined ? 0 : this.#backlog.size;
  }

  get inWork(): number {
    return this.flow.messages + (this.#decoding ? 1 : 0);
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** The handler's result is there. */
  get #settled(): boolean {
    return this.#host.stage === 'settled' || this.#host.stage === 'preparing';
  }

  get #idle(): boolean {
    return this.#state === 'completed' && this.#settled && this.inWork === 0;
  }

  // --- called by the socket ---

  payload(payload: Payload): void {
    if (this.#state !== 'open') {
      this.#host.lost('in', 'ended', 1);
      return;
    }
    if (this.waiting === 0 && this.#ready) {
      this.#deliver(payload);
      // A socket in memory may bring the next one in the middle of it.
      this.#run();
      return;
    }
    this.#backlog ??= new Backlog();
    this.#backlog.push(payload);
    this.#discardUnread();
    this.#pauseOrResume();
    this.#host.changed();
  }

  // --- called by the handler's side ---

  attach(subscriber: Subscriber<In>): void {
    if (this.#state === 'completed') {
      subscriber.complete();
      return;
    }
    const others = stillThere(this.#subscribers);
    if (others.length === 0 && this.#host.stage !== 'called') this.#schedule();
    // A list that was spread has room for 16 more, which is 136 bytes, and most channels have one subscriber.
    this.#subscribers = others.length === 0 ? [subscriber] : [...others, subscriber];
  }

  /** The handler has come further; delivery goes on in a microtask. */
  resume(): void {
    this.#schedule();
  }

  // --- called by the flow ---

  eased(): void {
    // During a delivery the loop goes on by itself. Where nothing waits and nothing ends there is nothing to do.
    if (!this.flow.delivers && (this.waiting > 0 || this.#state !== 'open')) this.#schedule();
  }

  // --- called by the channel ---

  /** The channel's own output is saturated by a message being delivered: no more until `release`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    // At an end that gives up the output, what waits is first to be given up as well.
    if (this.#host.life.takesOutput) this.#run();
    else this.#schedule();
  }

  /** No payload is taken any more; `in$` completes, on request after what has come so far. */
  end(deliver: boolean): void {
    if (this.#state !== 'open') return;
    this.#state = 'draining';
    if (!deliver) this.#dropWaiting('ended');
    this.#pauseOrResume();
    this.#settle();
  }

  /** What is in work and what is still waiting is given up, and `in$` completes. */
  abandon(): void {
    if (this.flow.messages > 0) this.#host.lost('in', 'unfinished', this.flow.messages);
    if (this.#state === 'completed') return;
    this.#state = 'draining';
    if (this.#decoding) this.#host.lost('in', 'ended', 1);
    this.#decoding = false;
    this.#dropWaiting('ended');
    this.#settle();
  }

  // --- the loop ---

  /** What comes is for nobody: the handler has settled and reads nothing. */
  get #unread(): boolean {
    return this.#host.stage === 'settled' && !this.#scheduled && !isAnybodyThere(this.#subscribers);
  }

  get #ready(): boolean {
    if (this.#host.stage === 'called' || this.#scheduled || this.#decoding || this.#held) return false;
    return !this.flow.full && !this.flow.delivers && isAnybodyThere(this.#subscribers);
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
    // What waits may be given up in the middle of it.
    while (this.#backlog !== undefined && this.#backlog.size > 0 && this.#ready) {
      const decoded = this.#backlog.shiftDecoded();
      if (decoded === undefined) this.#deliver(this.#backlog.shift());
      else this.#deliverDecoded(decoded);
    }
    this.#settle();
  }

  #deliver(payload: Payload): void {
    const former = this.flow.deliver(payload.length);
    const message = this.#host.decode(payload);
    if (message instanceof Promise) this.#await(message, payload.length);
    else if (message !== refused) emitTo(this.#subscribers, message as In, this.#host);
    this.flow.leave(former);
  }

  #deliverDecoded({ message, bytes }: Decoded<In>): void {
    const former = this.flow.deliver(bytes);
    emitTo(this.#subscribers, message, this.#host);
    this.flow.leave(former);
  }

  #await(decoding: Promise<In | typeof refused>, bytes: number): void {
    this.#decoding = true;
    decoding.then((message) => {
      // Given up in the meantime: `linger` has passed.
      if (!this.#decoding) return;
      this.#decoding = false;
      // Whoever subscribed when it came may have left; then it waits for the next, before all others.
      if (message !== refused) {
        this.#backlog ??= new Backlog();
        this.#backlog.putBack(message, bytes);
      }
      this.#run();
    });
  }

  /** What has to follow a delivery or an end: pause or resume, complete, tell that all is quiet. */
  #settle(): void {
    if (this.flow.delivers) return;
    if (this.#state === 'open') {
      if (this.#backlog !== undefined) {
        this.#discardUnread();
        this.#pauseOrResume();
        this.#host.changed();
      }
      return;
    }
    if (this.#state === 'draining' && this.waiting > 0 && this.#unread) this.#giveUpUnread();
    if (this.#state === 'draining' && this.waiting === 0 && !this.#decoding) this.#complete();
    if (this.#idle) this.#host.life.quiet();
  }

  /** Nobody reads what waits, and no more comes. One turn is left for a handler that reads message by message. */
  #giveUpUnread(): void {
    this.#host.clock.soon(() => {
      if (!this.#unread) return;
      this.#dropWaiting('unread');
      this.#settle();
    });
  }

  #complete(): void {
    this.#state = 'completed';
    const subscribers = this.#subscribers;
    this.#subscribers = nobody;
    // An operator that kept messages, such as `bufferCount`, hands them on now: they are to be finished as well.
    const former = this.flow.deliver(0);
    completeAll(subscribers, this.#host);
    this.flow.leave(former);
  }

  #discardUnread(): void {
    const backlog = this.#backlog;
    if (!this.#unread || backlog === undefined) return;
    while (backlog.size > this.#host.settings.highWater || (backlog.bytes > unreadBytes && backlog.size > 1)) {
      backlog.dropFirst();
      this.#host.lost('in', 'unread', 1);
    }
  }

  #dropWaiting(reason: 'unread' | 'ended'): void {
    if (this.waiting === 0) return;
    this.#host.lost('in', reason, this.waiting);
    this.#backlog = undefined;
  }

  #pauseOrResume(): void {
    const { flow, waiting } = this;
    const state = {
      paused: this.#paused,
      waiting,
      waitingBytes: this.#backlog?.bytes ?? 0,
      heldBack: this.#held || flow.full,
    };
    const pause = this.#state === 'open' && !this.#unread && isToPause(state, this.#host.settings);
    flow.blocks(flow.full && pause);
    if (pause === this.#paused) return;
    this.#paused = pause;
    this.#host.demand(!pause);
  }
}
