import { type MonoTypeOperatorFunction, Observable, type Observer, type Subscriber, type Subscription } from 'rxjs';
import { enter, Owner, type Work } from '../flow/context.ts';
import { Fifo } from '../flow/fifo.ts';
import { type Gate, gateOf } from '../flow/gate.ts';
import { Outer, type OuterHost } from './outer.ts';

/**
 * Lets messages pass only while another channel's `out` keeps up, and holds back this channel's input meanwhile.
 *
 * By itself only a channel's own output paces its input, so that one slow reader never stalls a room. A relay, where
 * every message goes to one other channel, opts in by this.
 *
 * ```
 * in$       -a-b-c-d-----------|
 * other.out    [saturated]           b, c and d wait, in work
 * result    -a------------bcd--|
 * ```
 *
 * - Order is kept and nothing is lost. When the source completes, what waits goes on first.
 * - Values of which none is a message of this channel cannot be held back: they pass, and the overflow policy of the
 *   other channel deals with them.
 * - When the other channel ends, what waits passes, and is counted there as lost.
 * - Where `out` belongs to no channel (a plain Subject in a test) all values pass.
 *
 * ```ts
 * ({ in$ }) => in$.pipe(pacedBy(other.out), tap((message) => other.out.next(message)), ignoreElements())
 * ```
 *
 * Two channels that relay to each other, both saturated, wait for each other; `stallTimeout` ends that.
 */
export function pacedBy<T>(out: Observable<unknown> & Pick<Observer<never>, 'next'>): MonoTypeOperatorFunction<T> {
  return (source) => {
    const gate = gateOf(out);
    if (gate === undefined) return source;
    return new Observable((result) => {
      const passing = new Passing<T>(result, out, gate);
      result.add(() => passing.drop());
      source.subscribe(new Outer(passing, result));
    });
  };
}

class Passing<T> implements OuterHost<T> {
  readonly #owner = new Owner();
  readonly #result: Subscriber<T>;
  readonly #out: Observable<unknown>;
  readonly #gate: Gate;
  readonly #waiting = new Fifo<{ readonly value: T; readonly work: Work }>();
  #wakeUp: (() => void) | undefined;
  #outEnd: Subscription | undefined;
  #outEnded = false;
  #releasing = false;
  #sourceCompleted = false;

  constructor(result: Subscriber<T>, out: Observable<unknown>, gate: Gate) {
    this.#result = result;
    this.#out = out;
    this.#gate = gate;
  }

  received(value: T): void {
    const work = this.#holds || this.#waiting.size > 0 || this.#releasing ? this.#owner.work : undefined;
    if (work === undefined) {
      this.#result.next(value);
      return;
    }
    work.begin();
    this.#waiting.push({ value, work });
    if (!this.#releasing) this.#await();
  }

  sourceCompleted(): void {
    this.#sourceCompleted = true;
    this.#completeIfDone();
  }

  drop(): void {
    this.#stopAwaiting();
    while (this.#waiting.size > 0) this.#waiting.shift().work.end();
  }

  get #holds(): boolean {
    return this.#gate.saturated && !this.#outEnded;
  }

  #await(): void {
    if (this.#wakeUp !== undefined) return;
    this.#wakeUp = this.#gate.onDesaturation(() => this.#release());
    // An end leaves the gate as it is. It may be known already, and then told inside `subscribe`.
    const ended = (): void => {
      this.#outEnded = true;
      this.#release();
    };
    this.#outEnd = this.#out.subscribe({ error: ended, complete: ended });
  }

  #stopAwaiting(): void {
    this.#wakeUp?.();
    this.#wakeUp = undefined;
    this.#outEnd?.unsubscribe();
    this.#outEnd = undefined;
  }

  #release(): void {
    this.#stopAwaiting();
    const former = enter(this.#owner.contextOf(undefined));
    try {
      this.#passWaiting();
      this.#completeIfDone();
    } catch (error) {
      // It is the other channel that calls; what is thrown here is no matter of it.
      this.#result.error(error);
    } finally {
      enter(former);
    }
  }

  #passWaiting(): void {
    this.#releasing = true;
    while (this.#waiting.size > 0 && !this.#holds) {
      const { value, work } = this.#waiting.shift();
      const former = enter(work);
      try {
        this.#result.next(value);
      } finally {
        enter(former);
        work.end();
      }
    }
    this.#releasing = false;
    if (this.#waiting.size > 0) this.#await();
  }

  #completeIfDone(): void {
    if (this.#sourceCompleted && this.#waiting.size === 0) this.#result.complete();
  }
}
