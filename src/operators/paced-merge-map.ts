import {
  from,
  Observable,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
  type Subscriber,
} from 'rxjs';
import { type Context, enter, Owner, type Work } from '../flow/context.ts';
import { Fifo } from '../flow/fifo.ts';
import { Inner, type InnerHost } from './inner.ts';
import { Outer, type OuterHost } from './outer.ts';

/**
 * RxJS's `mergeMap` that pushes back: a message is in work until its inner stream has ended.
 *
 * ```
 * in$       -a-b-------c---|    highWater 2, lowWater 0: c waits until the work of a and b has ended
 * a's work   ---A|
 * b's work     ----B|
 * result    ----A---B------C|
 * ```
 *
 * - At `highWater` messages in work the channel delivers no more, and its socket is not read; at `lowWater` it goes on.
 * - When the peer leaves or the app closes, what is in work is finished, within `linger` or `grace`.
 * - Outside a handler, and for values of other channels, it is RxJS's `mergeMap`.
 *
 * It is for work that ends. An inner stream that lives on holds its message for ever, and more than `lowWater` of them
 * can stop the channel's input: `stuck` tells. Use `switchMapBy` or RxJS's own `mergeMap` for those.
 *
 * ```ts
 * route('/thumbnails', ({ in$ }) => in$.pipe(pacedMergeMap((url) => render(url), 4)))
 * ```
 *
 * A throw out of `project` and an error of an inner stream are errors of the result.
 *
 * @param concurrency How many inner streams run at a time; further values wait, in work. Default: no limit but that of
 * the channel.
 * @see {@link pacedConcatMap}, {@link pacedSwitchMap}, {@link mapAsync}
 */
export function pacedMergeMap<T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
  concurrency: number = Number.POSITIVE_INFINITY,
): OperatorFunction<T, ObservedValueOf<O>> {
  return (source) =>
    new Observable((result) => {
      const merging = new Merging(result, project as Project<T, ObservedValueOf<O>>, concurrency);
      result.add(() => merging.drop());
      source.subscribe(new Outer(merging, result));
    });
}

type Project<T, R> = (value: T, index: number) => ObservableInput<R>;

/** One subscription: values that wait, in order, and inner streams that run. */
class Merging<T, R> implements OuterHost<T>, InnerHost<R> {
  readonly owner: Owner = new Owner();
  readonly #result: Subscriber<R>;
  readonly #project: Project<T, R>;
  readonly #concurrency: number;
  readonly #waiting = new Fifo<{ readonly value: T; readonly work: Work | undefined }>();
  #index = 0;
  #active = 0;
  #starting = false;
  #sourceCompleted = false;

  constructor(result: Subscriber<R>, project: Project<T, R>, concurrency: number) {
    this.#result = result;
    this.#project = project;
    this.#concurrency = concurrency;
  }

  received(value: T): void {
    // While an inner stream that has waited ends, there may be room and others that wait.
    if (this.#active < this.#concurrency && this.#waiting.size === 0) {
      this.#start(value, this.owner.context, undefined);
      return;
    }
    const { work } = this.owner;
    work?.begin();
    this.#waiting.push({ value, work });
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
    inner.unsubscribe();
    this.#active--;
    try {
      // Inner streams that end while they are being subscribed are one loop, however many wait.
      if (!this.#starting && this.#waiting.size > 0) this.#startWaiting();
      this.#completeIfDone();
    } catch (error) {
      this.#result.error(error);
    }
  }

  /** The result has ended: nobody is going to work on what waits. */
  drop(): void {
    while (this.#waiting.size > 0) this.#waiting.shift().work?.end();
  }

  #startWaiting(): void {
    this.#starting = true;
    try {
      while (this.#waiting.size > 0 && this.#active < this.#concurrency) {
        const { value, work } = this.#waiting.shift();
        this.#start(value, this.owner.contextOf(work), work);
      }
    } finally {
      this.#starting = false;
    }
  }

  #start(value: T, context: Context | undefined, work: Work | undefined): void {
    this.#active++;
    const inner = new Inner<R>(this, work);
    this.#result.add(inner);
    const former = enter(context);
    try {
      from(this.#project(value, this.#index++)).subscribe(inner);
      inner.subscribed();
    } finally {
      enter(former);
    }
  }

  #completeIfDone(): void {
    if (this.#sourceCompleted && this.#active === 0 && this.#waiting.size === 0) this.#result.complete();
  }
}
