import { Subscriber } from 'rxjs';

/** What the subscriber of a source needs of its operator. */
export interface OuterHost<T> {
  /** What it throws is an error of the result, as with RxJS's own operators. */
  received(value: T): void;
  /** The source has completed. */
  sourceCompleted(): void;
}

/** The subscriber of an operator's source; what goes wrong there is an error of the result. */
export class Outer<T> extends Subscriber<T> {
  readonly #host: OuterHost<T>;
  readonly #result: Subscriber<unknown>;
  #ended = false;

  constructor(host: OuterHost<T>, result: Subscriber<unknown>) {
    super();
    this.#host = host;
    this.#result = result;
    result.add(this);
  }

  override next(value: T): void {
    if (this.#ended || this.closed) return;
    try {
      this.#host.received(value);
    } catch (error) {
      this.#result.error(error);
    }
  }

  override error(error: unknown): void {
    if (this.#ended || this.closed) return;
    this.#ended = true;
    try {
      this.#result.error(error);
    } finally {
      this.unsubscribe();
    }
  }

  override complete(): void {
    if (this.#ended || this.closed) return;
    this.#ended = true;
    try {
      this.#host.sourceCompleted();
    } catch (error) {
      this.#result.error(error);
    } finally {
      this.unsubscribe();
    }
  }
}
