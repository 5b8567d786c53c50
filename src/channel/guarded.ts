import { Observable, type Observer, Subscriber, type Subscription, type TeardownLogic } from 'rxjs';

type Next<T> = (value: T) => unknown;

/**
 * An Observable whose subscribers cannot harm anybody: what a function given directly to `subscribe` throws, or
 * rejects with, goes to `onThrow`. RxJS would rethrow it on a timer and end the process.
 *
 * Operators need no guard: they turn a throw into an error of their stream.
 */
export class Guarded<T> extends Observable<T> {
  readonly #onThrow: (error: unknown) => void;

  constructor(attach: (subscriber: Subscriber<T>) => TeardownLogic, onThrow: (error: unknown) => void) {
    super(attach);
    this.#onThrow = onThrow;
  }

  override subscribe(observer?: Partial<Observer<T>> | Next<T> | null): Subscription;
  override subscribe(
    next?: Next<T> | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription;
  override subscribe(
    first?: Partial<Observer<T>> | Next<T> | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // A Subscriber comes from an operator or from `pipe`.
    if (first instanceof Subscriber) return super.subscribe(first);
    const observer = typeof first === 'function' || first == null ? { next: first, error, complete } : first;
    return super.subscribe({
      next: (value) => this.#guard(() => observer.next?.(value)),
      complete: () => this.#guard(() => observer.complete?.()),
      // Handed on as it is: RxJS reports an error that nobody handles.
      ...(observer.error ? { error: (cause: unknown) => this.#guard(() => observer.error?.(cause)) } : {}),
    });
  }

  #guard(call: () => unknown): void {
    try {
      const result = call();
      if (result instanceof Promise) result.catch(this.#onThrow);
    } catch (error) {
      this.#onThrow(error);
    }
  }
}
