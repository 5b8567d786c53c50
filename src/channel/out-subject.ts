import type { Subject } from 'rxjs';
import type { Gate } from '../flow/gate.ts';
import { GuardedSubject } from './guarded-subject.ts';

/** An `out` that can pace what feeds it. */
export type PacedOut<Out> = Subject<Out> & { readonly gate: Gate };

/** What `out` needs of its channel. */
export interface OutHost<Out> {
  readonly outbound: Gate;
  accept(message: Out): void;
  fail(error: unknown): void;
  complete(): void;
}

/**
 * `out`: a Subject whose observers see what the channel accepted, before encoding. What is pushed into it goes to the
 * channel first, because only the channel knows whether it can still be sent.
 */
export class OutSubject<Out> extends GuardedSubject<Out> {
  readonly #host: OutHost<Out>;

  constructor(host: OutHost<Out>) {
    super(host);
    this.#host = host;
  }

  /** What sources that feed this `out` are paced by. */
  get gate(): Gate {
    return this.#host.outbound;
  }

  override next(message: Out): void {
    this.#host.accept(message);
  }

  override error(error: unknown): void {
    this.#host.fail(error);
  }

  override complete(): void {
    this.#host.complete();
  }

  /** A Subject would throw on every later call; a channel must not, so this is `complete`. */
  override unsubscribe(): void {
    this.#host.complete();
  }

  /** The channel has accepted a message. */
  accepted(message: Out): void {
    if (this.observed) this.#guard(() => super.next(message));
  }

  /** The channel has ended. */
  ended(): void {
    this.#guard(() => super.complete());
  }

  /** RxJS catches what observers throw, but for their finalizers. */
  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#host.fail(error);
    }
  }
}
