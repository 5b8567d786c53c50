import { Subscriber } from 'rxjs';
import { type Context, currentContext, enter, type Owner, type Work } from '../flow/context.ts';

/** What an inner stream needs of its operator. */
export interface InnerHost<R> {
  readonly owner: Owner;
  emitted(value: R): void;
  failed(error: unknown): void;
  /** The stream has completed, and the host has to unsubscribe it. Throws only what a finalizer of the stream throws. */
  completed(inner: Inner<R>): void;
}

/**
 * The subscriber of one inner stream. As long as the stream goes on the message that caused it is in work, and what
 * it emits later is emitted in the context of that message, so that paced operators further down count it as well. It
 * ends in that context too: what follows may be another stream of this channel.
 *
 * A stream that ends while it is being subscribed costs nothing: the message is still being delivered, and its work
 * is not even made. It is a Subscriber itself because the closures that RxJS makes for each inner stream, and a wrapper
 * around each, measured 4 to 8 times the time.
 */
export class Inner<R> extends Subscriber<R> {
  readonly #host: InnerHost<R>;
  #work: Work | undefined;
  /** Unknown while the stream is being subscribed: then it emits in the context that there is. */
  #context: Context | undefined;
  #ended = false;

  /** `work` is that of a message which has waited, and is in work already. */
  constructor(host: InnerHost<R>, work: Work | undefined) {
    super();
    this.#host = host;
    this.#work = work;
  }

  /** The stream was subscribed. If it goes on, its message is in work from now on. */
  subscribed(): void {
    if (this.closed) return;
    const { owner } = this.#host;
    if (this.#work === undefined) {
      this.#work = owner.work;
      this.#work?.begin();
    }
    this.#context = owner.contextOf(this.#work);
  }

  override next(value: R): void {
    if (this.#ended || this.closed) return;
    if (this.#context === undefined) {
      this.#emit(value);
      return;
    }
    const former = enter(this.#context);
    try {
      this.#emit(value);
    } finally {
      enter(former);
    }
  }

  override error(error: unknown): void {
    if (this.#ended || this.closed) return;
    this.#ended = true;
    const former = enter(this.#context ?? currentContext());
    try {
      this.#host.failed(error);
    } finally {
      enter(former);
      this.unsubscribe();
    }
  }

  override complete(): void {
    if (this.#ended || this.closed) return;
    this.#ended = true;
    if (this.#context === undefined) {
      this.#host.completed(this);
      return;
    }
    const former = enter(this.#context);
    try {
      this.#host.completed(this);
    } finally {
      enter(former);
    }
  }

  override unsubscribe(): void {
    if (this.closed) return;
    try {
      super.unsubscribe();
    } finally {
      this.#work?.end();
      this.#work = undefined;
    }
  }

  /** What is thrown further down is an error of the result, and no matter of the inner stream. */
  #emit(value: R): void {
    try {
      this.#host.emitted(value);
    } catch (error) {
      this.#host.failed(error);
    }
  }
}
