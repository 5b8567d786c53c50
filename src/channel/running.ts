import { Subject, type Subscription, takeUntil } from 'rxjs';
import type { Gate } from '../flow/pull.ts';
import type { ServerChannel } from './channel.ts';
import { toStream } from './stream.ts';

/** What a running handler needs of its channel. */
export interface RunningHost {
  readonly channel: ServerChannel;
  readonly outbound: Gate;
  readonly inbound: {
    /** The handler has returned; its messages may come. */
    start(): void;
    /** The handler's Promise, where it returned one, has settled, and what it gave is subscribed. */
    settle(): void;
  };
  accept(message: unknown): void;
  fail(error: unknown): void;
  complete(): void;
}

/** A handler at work: it is called once, and what it returned is subscribed into `out` until the channel ends. */
export class Running {
  readonly #host: RunningHost;
  #subscription: Subscription | undefined;
  #end: Subject<void> | undefined;
  #stopped = false;

  constructor(host: RunningHost) {
    this.#host = host;
  }

  /** Calls the handler. Never throws: what the handler throws or rejects with fails its channel. */
  run(handler: (channel: never) => unknown): void {
    let result: unknown;
    try {
      result = handler(this.#host.channel as never);
    } catch (error) {
      this.#host.fail(error);
    }
    if (result instanceof Promise) {
      result
        .then((value) => this.#subscribe(value))
        .then(
          () => this.#host.inbound.settle(),
          (error) => {
            this.#host.fail(error);
            this.#host.inbound.settle();
          },
        );
      this.#host.inbound.start();
    } else {
      this.#subscribe(result);
      this.#host.inbound.start();
      this.#host.inbound.settle();
    }
  }

  /** Unsubscribes the returned stream. */
  stop(): void {
    this.#stopped = true;
    try {
      this.#end?.next();
      this.#subscription?.unsubscribe();
    } catch (error) {
      this.#host.fail(error);
    }
  }

  #subscribe(result: unknown): void {
    if (result === undefined || this.#stopped) return;
    try {
      // A source that emits for ever inside `subscribe` can only be stopped by an operator.
      this.#end = new Subject();
      this.#subscription = toStream(result, this.#host.outbound)
        .pipe(takeUntil(this.#end))
        .subscribe({
          next: (message) => this.#host.accept(message),
          error: (error) => this.#host.fail(error),
          complete: () => this.#host.complete(),
        });
    } catch (error) {
      this.#host.fail(error);
    }
  }
}
