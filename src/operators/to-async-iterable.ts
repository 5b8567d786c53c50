import type { Observable, Subscription } from 'rxjs';
import { Owner, type Work } from '../flow/context.ts';
import { Fifo } from '../flow/fifo.ts';

/**
 * Makes a source readable with `for await`, and holds back the channel's input while `highWater` messages wait to be
 * read.
 *
 * ```ts
 * async function* handle({ in$ }: Channel<Order>) {
 *   for await (const order of toAsyncIterable(in$)) yield await database.save(order);
 * }
 * ```
 *
 * - A message is in work from its arrival until the next one is asked for, or the loop is left.
 * - The source is subscribed when the loop begins, and unsubscribed when it is left. Each loop subscribes anew.
 * - When the source completes or fails, what has come before is read first; then the loop ends, or throws the error.
 * - Outside a handler, and for values of other channels, values wait without a limit, as with RxJS's own conversion.
 *
 * The generator above is pulled, so a peer that does not read its answers stops it, and with it its own input.
 */
export function toAsyncIterable<T>(source: Observable<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => new Reading(source) };
}

interface Arrival<T> {
  readonly value: T;
  readonly work: Work | undefined;
}

interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

interface End {
  readonly failed: boolean;
  readonly error?: unknown;
}

/** One loop. */
class Reading<T> implements AsyncIterator<T, undefined> {
  readonly #owner = new Owner();
  readonly #arrivals = new Fifo<Arrival<T>>();
  readonly #readers = new Fifo<Reader<T>>();
  readonly #subscription: Subscription;
  /** The message that the loop's body is busy with. */
  #work: Work | undefined;
  #end: End | undefined;

  constructor(source: Observable<T>) {
    this.#subscription = source.subscribe({
      next: (value) => this.#arrived(value),
      error: (error) => this.#ended({ error, failed: true }),
      complete: () => this.#ended({ failed: false }),
    });
  }

  next(): Promise<IteratorResult<T, undefined>> {
    this.#done();
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      this.#serve();
    });
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    // Also instead of an error that nobody is going to read.
    this.#end = { failed: false };
    this.#done();
    while (this.#arrivals.size > 0) this.#arrivals.shift().work?.end();
    this.#serve();
    this.#subscription.unsubscribe();
    return { done: true, value: undefined };
  }

  #arrived(value: T): void {
    const { work } = this.#owner;
    work?.begin();
    this.#arrivals.push({ value, work });
    this.#serve();
  }

  #ended(end: End): void {
    this.#end ??= end;
    this.#serve();
  }

  /** The loop is through with its message. */
  #done(): void {
    const work = this.#work;
    this.#work = undefined;
    work?.end();
  }

  #serve(): void {
    while (this.#readers.size > 0 && this.#arrivals.size > 0) {
      const { value, work } = this.#arrivals.shift();
      this.#readers.shift().resolve({ done: false, value });
      // Where the next one was asked for in advance, the loop is through with this one.
      if (this.#readers.size > 0) work?.end();
      else this.#work = work;
    }
    if (this.#end === undefined) return;
    while (this.#readers.size > 0) this.#finish(this.#readers.shift(), this.#end);
  }

  /** The error is thrown once; after it, as after the end, there is nothing more. */
  #finish(reader: Reader<T>, end: End): void {
    this.#end = { failed: false };
    if (end.failed) reader.reject(end.error);
    else reader.resolve({ done: true, value: undefined });
  }
}
