import { isObservable, Subscriber } from 'rxjs';
import { type Context, enter } from '../flow/context.ts';
import type { Gate } from '../flow/gate.ts';
import type { ServerChannel } from './channel.ts';
import { isPromiseLike } from './promise-like.ts';
import { toStream } from './stream.ts';

/** What a running handler needs of its channel. */
export interface RunningHost {
  readonly channel: ServerChannel;
  readonly outbound: Gate;
  readonly inbound: {
    /** In its context the handler runs, so that operators know whom they work for. */
    readonly flow: Context;
    /** The handler has returned; its messages may come. */
    start(): void;
    /** The handler's Promise, where it returned one, has settled, and what it gave is subscribed. */
    settle(prepares?: boolean): void;
    /** The handler has given something: it does not prepare any more to read. */
    prepared(): void;
  };
  accept(message: unknown): void;
  fail(error: unknown): void;
  complete(): void;
}

/**
 * A handler at work: it is called once, and what it returned is subscribed into the channel until the channel ends.
 *
 * It is the Subscriber itself, by public members only. The Subscription that `subscribe` returns would come too late
 * for a source that emits for ever inside `subscribe`, and a Subscriber that RxJS makes lets through what a finalizer
 * throws, to whoever ends the stream: the socket, or a timer.
 */
export class Running extends Subscriber<unknown> {
  readonly #host: RunningHost;
  /** An async generator has given nothing yet: as an async handler it may still load what it needs to read `in$`. */
  #prepares = false;

  constructor(host: RunningHost) {
    super();
    this.#host = host;
  }

  /** Calls the handler. Never throws: what the handler throws or rejects with fails its channel. */
  run(handler: (channel: never) => unknown): void {
    let result: unknown;
    const former = enter(this.#host.inbound.flow);
    try {
      result = handler(this.#host.channel as never);
    } catch (error) {
      this.#host.fail(error);
    }
    enter(former);
    if (isPromiseLike(result)) {
      Promise.resolve(result).then(
        (value) => this.#settled(value),
        (error) => {
          this.#host.fail(error);
          this.#host.inbound.settle();
        },
      );
      this.#host.inbound.start();
    } else {
      this.#host.inbound.start();
      this.#settled(result);
    }
  }

  override next(message: unknown): void {
    if (this.closed) return;
    if (this.#prepares) this.#prepared();
    this.#host.accept(message);
  }

  override error(error: unknown): void {
    if (this.closed) return;
    this.#host.fail(error);
    this.unsubscribe();
  }

  override complete(): void {
    if (this.closed) return;
    this.#host.complete();
    this.unsubscribe();
  }

  override unsubscribe(): void {
    try {
      super.unsubscribe();
    } catch (error) {
      this.#host.fail(error);
    }
  }

  #prepared(): void {
    if (!this.#prepares) return;
    this.#prepares = false;
    this.#host.inbound.prepared();
  }

  /** Settled first: a source that emits for ever inside `subscribe` may end the channel there, and is to be stopped. */
  #settled(result: unknown): void {
    this.#prepares = isAsyncIterable(result);
    this.#host.inbound.settle(this.#prepares);
    if (result === undefined || this.closed) return;
    const former = enter(this.#host.inbound.flow);
    try {
      toStream(result, this.#host.outbound).subscribe(this);
    } catch (error) {
      this.#host.fail(error);
    }
    enter(former);
  }
}

function isAsyncIterable(result: unknown): boolean {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result && !isObservable(result);
}
