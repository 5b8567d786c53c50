import { type Observer, Subject, Subscriber, type Subscription } from 'rxjs';
import { contain, type GuardedOwner } from './guarded.ts';

/** A Subject whose subscribers cannot harm anybody, as those of a `Guarded` Observable cannot. */
export class GuardedSubject<Out> extends Subject<Out> {
  readonly #owner: GuardedOwner;

  constructor(owner: GuardedOwner) {
    super();
    this.#owner = owner;
  }

  override subscribe(observer?: Partial<Observer<Out>> | ((message: Out) => unknown) | null): Subscription;
  override subscribe(
    next?: ((message: Out) => unknown) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription;
  override subscribe(
    first?: Partial<Observer<Out>> | ((message: Out) => unknown) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    return super.subscribe(first instanceof Subscriber ? first : contain(first, error, complete, this.#owner));
  }
}
