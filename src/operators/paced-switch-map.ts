import {
  from,
  Observable,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
  type Subscriber,
} from 'rxjs';
import { enter, Owner } from '../flow/context.ts';
import { Inner, type InnerHost } from './inner.ts';
import { Outer, type OuterHost } from './outer.ts';

/**
 * RxJS's `switchMap` whose work is counted: the newest message is in work until its inner stream has ended or the next
 * message has taken its place.
 *
 * ```
 * in$       -a-b----------|
 * a's work    -              unsubscribed when b comes
 * b's work      ---B|
 * result    -------B------|
 * ```
 *
 * A new message is never held back by the former one, so it pushes back by one message at most; but what is in work when
 * the peer leaves or the app closes is finished. See {@link pacedMergeMap} for what holds outside a handler.
 *
 * ```ts
 * route('/search', ({ in$ }) => in$.pipe(pacedSwitchMap((words) => search(words))))
 * ```
 *
 * A throw out of `project` and an error of an inner stream are errors of the result.
 */
export function pacedSwitchMap<T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
): OperatorFunction<T, ObservedValueOf<O>> {
  return (source) =>
    new Observable((result) => {
      const switching = new Switching(result, project as Project<T, ObservedValueOf<O>>);
      source.subscribe(new Outer(switching, result));
    });
}

type Project<T, R> = (value: T, index: number) => ObservableInput<R>;

class Switching<T, R> implements OuterHost<T>, InnerHost<R> {
  readonly owner: Owner = new Owner();
  readonly #result: Subscriber<R>;
  readonly #project: Project<T, R>;
  #index = 0;
  #inner: Inner<R> | undefined;
  #sourceCompleted = false;

  constructor(result: Subscriber<R>, project: Project<T, R>) {
    this.#result = result;
    this.#project = project;
  }

  received(value: T): void {
    this.#inner?.unsubscribe();
    const former = enter(this.owner.context);
    try {
      const source = from(this.#project(value, this.#index++));
      const inner = new Inner<R>(this, undefined);
      this.#inner = inner;
      this.#result.add(inner);
      source.subscribe(inner);
      inner.subscribed();
    } finally {
      enter(former);
    }
  }

  sourceCompleted(): void {
    this.#sourceCompleted = true;
    this.#completeIfDone();
  }

  emitted(value: R): void {
    this.#result.next(value);
  }

  failed(error: unknown): void {
    this.#result.error(error);
  }

  completed(inner: Inner<R>): void {
    this.#inner = undefined;
    try {
      this.#completeIfDone();
    } catch (error) {
      this.#result.error(error);
    } finally {
      inner.unsubscribe();
    }
  }

  #completeIfDone(): void {
    if (this.#sourceCompleted && this.#inner === undefined) this.#result.complete();
  }
}
