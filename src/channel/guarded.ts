import { Observable, type Observer, Subscriber, type Subscription, type TeardownLogic } from 'rxjs';

type Next<T> = (value: T) => unknown;

/** Who is told of what subscribers throw. */
export interface GuardedOwner {
  fail(error: unknown): void;
}

/**
 * An Observable whose subscribers cannot harm anybody: what a function given directly to `subscribe` throws, or
 * rejects with, goes to its owner. RxJS would rethrow it on a timer and end the process.
 *
 * Operators need no guard: they turn a throw into an error of their stream. An error that reaches a subscriber which
 * does not handle errors goes to the owner as well.
 */
export class Guarded<T> extends Observable<T> {
  readonly #owner: GuardedOwner;

  constructor(attach: (this: Observable<T>, subscriber: Subscriber<T>) => TeardownLogic, owner: GuardedOwner) {
    super(attach);
    this.#owner = owner;
  }

  /** Another Observable behind a guard. What throws past an operator, a finalizer, is kept from the source too. */
  static of<T>(source: Observable<T>, owner: GuardedOwner): Guarded<T> {
    const guarded: Guarded<T> = new Guarded(
      (subscriber) =>
        source.subscribe({
          next: (value) => guarded.#guard(() => subscriber.next(value)),
          error: (error) => guarded.#guard(() => subscriber.error(error)),
          complete: () => guarded.#guard(() => subscriber.complete()),
        }),
      owner,
    );
    return guarded;
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
    return super.subscribe(contain(first, error, complete, this.#owner));
  }

  #guard(call: () => unknown): void {
    guard(this.#owner, call);
  }
}

/** An observer that cannot harm its source: what its functions throw or reject with goes to the owner. */
export function contain<T>(
  first: Partial<Observer<T>> | Next<T> | null | undefined,
  error: ((error: unknown) => void) | null | undefined,
  complete: (() => void) | null | undefined,
  owner: GuardedOwner,
): Observer<T> {
  const observer = typeof first === 'function' || first == null ? { next: first, error, complete } : first;
  return {
    next: (value) => guard(owner, () => observer.next?.(value)),
    error: (cause) => (observer.error ? guard(owner, () => observer.error?.(cause)) : owner.fail(cause)),
    complete: () => guard(owner, () => observer.complete?.()),
  };
}

function guard(owner: GuardedOwner, call: () => unknown): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch((error) => owner.fail(error));
  } catch (error) {
    owner.fail(error);
  }
}
