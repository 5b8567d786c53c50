import { isObservable, Subscriber } from 'rxjs';
import { type Context, enter, type Flow } from '../flow/context.ts';
import type { Gate } from '../flow/gate.ts';
import type { Stage } from '../flow/inbound.ts';
import type { ServerChannel } from './channel.ts';
import { isPromiseLike } from './promise-like.ts';
import { toStream } from './stream.ts';

/** What a running handler needs of its channel. */
export interface RunningHost {
  readonly channel: ServerChannel;
  readonly inbound: { readonly flow: Flow };
  readonly outbound: Gate;
  readonly stage: Stage;
  /** The handler has come further. */
  reached(stage: Stage): void;
  accept(message: unknown): void;
  fail(error: unknown): void;
  complete(): void;
}

/**
 * A handler at work: it is called once, and what it returned is subscribed into the channel until the channel ends. In
 * its context both happen, so that operators know whom they work for.
 *
 * It is the Subscriber itself, by public members only. The Subscription that `subscribe` returns would come too late
 * for a source that emits for ever inside `subscribe`, and a Subscriber that RxJS makes lets through what a finalizer
 * throws, to whoever ends the stream: the socket, or a timer.
 */
export class Running extends Subscriber<unknown> implements Context {
  readonly #host: RunningHost;

  constructor(host: RunningHost) {
    super();
    this.#host = host;
  }

  /** Calls the handler. Never throws: what the handler throws or rejects with fails its channel. */
  run(handler: (channel: never) => unknown): void {
    let result: unknown;
    const former = enter(this);
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
          this.#host.reached('settled');
        },
      );
      this.#host.reached('returned');
    } else {
      this.#host.reached('returned');
      this.#settled(result);
    }
  }

  get flow(): Flow {
    return this.#host.inbound.flow;
  }

  get work(): undefined {
    return undefined;
  }

  get delivers(): boolean {
    return false;
  }

  override next(message: unknown): void {
    if (this.closed) return;
    if (this.#host.stage === 'preparing') this.#host.reached('settled');
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

  /** Settled first: a source that emits for ever inside `subscribe` may end the channel there, and is to be stopped. */
  #settled(result: unknown): void {
    // An async generator may still load what it needs to read `in$`, as an async handler may.
    this.#host.reached(isAsyncIterable(result) ? 'preparing' : 'settled');
    if (result === undefined || this.closed) return;
    const former = enter(this);
    try {
      toStream(result, () => this.#host.outbound).subscribe(this);
    } catch (error) {
      this.#host.fail(error);
    }
    enter(former);
  }
}

function isAsyncIterable(result: unknown): boolean {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result && !isObservable(result);
}
