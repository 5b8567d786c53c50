import { Observable, type ReadableStreamLike, type Subscriber } from 'rxjs';
import type { Gate } from './gate.ts';

/** A source that gives its values one by one, when it is asked. */
export type Pullable<T> = Iterable<T> | ArrayLike<T> | AsyncIterable<T> | ReadableStreamLike<T>;

/** One turn of pulling; then timers, sockets and other channels have theirs. */
const turnMessages = 256;
const turnBytes = 65_536;

interface Puller<T> {
  next(): IteratorResult<T, unknown> | Promise<IteratorResult<T, unknown>>;
  /** Tells the source that nothing more will be asked of it. */
  stop(): unknown;
}

/**
 * Pulls a source one value at a time, only while the output is not saturated, and at most 256 messages or 64 KiB in
 * one turn of the event loop. When the result is unsubscribed the source is told so (`return()` of an iterator,
 * `cancel()` of a stream) and not waited for.
 *
 * When the output is gone, nobody gets what the source gives. One that is there for its values ends then (`ends`); one
 * that is a whole handler may be working on messages and goes on, one value in a turn.
 *
 * What the source throws then, or rejects with, goes to the gate.
 */
export function pull<T>(source: Pullable<T>, gate: Gate, whenGone: WhenGone): Observable<T> {
  return new Observable<T>((subscriber) => {
    const pulling = new Pulling(pullerOf(source), subscriber, gate, whenGone);
    pulling.run();
    return () => pulling.unsubscribed();
  });
}

type WhenGone = 'ends' | 'goes on';

/** One subscription. */
class Pulling<T> {
  readonly #puller: Puller<T>;
  readonly #subscriber: Subscriber<T>;
  readonly #gate: Gate;
  readonly #whenGone: WhenGone;
  /** `asking`: the source is running, and cannot be told to stop. */
  #state: 'ready' | 'asking' | 'ended' = 'ready';
  /** Takes back what this waits for. */
  #stopWaiting: (() => void) | undefined;
  /** Of the present turn: messages taken, and the bytes that had been handed over when it began. */
  #messages = 0;
  #bytesBefore: number;

  constructor(puller: Puller<T>, subscriber: Subscriber<T>, gate: Gate, whenGone: WhenGone) {
    this.#puller = puller;
    this.#subscriber = subscriber;
    this.#gate = gate;
    this.#whenGone = whenGone;
    this.#bytesBefore = gate.handedBytes;
  }

  /** Asks for values until it has to wait, or the source or the subscriber has ended. */
  run(): void {
    while (this.#state !== 'ended' && !this.#subscriber.closed) {
      if (this.#gate.gone && this.#whenGone === 'ends') {
        this.#stop();
        this.#subscriber.complete();
        return;
      }
      if (this.#waits()) return;
      try {
        const result = this.#ask();
        if (result instanceof Promise) {
          result.then((awaited) => this.#answered(awaited)).catch((error) => this.#fail(error));
          return;
        }
        this.#take(result);
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#stop();
  }

  unsubscribed(): void {
    this.#stopWaiting?.();
    this.#stop();
  }

  /** Whether it is no time to ask; then `run` is called when it is. */
  #waits(): boolean {
    const gate = this.#gate;
    if (gate.saturated) {
      this.#stopWaiting = gate.onDesaturation(() => this.#newTurn());
      return true;
    }
    const most = gate.gone ? 1 : turnMessages;
    if (this.#messages < most && gate.handedBytes - this.#bytesBefore < turnBytes) return false;
    const timer = gate.soon(() => this.#newTurn());
    this.#stopWaiting = () => timer.cancel();
    return true;
  }

  #newTurn(): void {
    this.#stopWaiting = undefined;
    this.#messages = 0;
    this.#bytesBefore = this.#gate.handedBytes;
    this.run();
  }

  #ask(): IteratorResult<T, unknown> | Promise<IteratorResult<T, unknown>> {
    this.#state = 'asking';
    const result = this.#puller.next();
    this.#state = 'ready';
    return result;
  }

  #answered(result: IteratorResult<T, unknown>): void {
    if (this.#subscriber.closed) return;
    this.#take(result);
    this.run();
  }

  #take(result: IteratorResult<T, unknown>): void {
    if (result.done) {
      this.#state = 'ended';
      this.#subscriber.complete();
    } else {
      this.#messages++;
      this.#subscriber.next(result.value);
    }
  }

  #fail(error: unknown): void {
    this.#state = 'ended';
    if (this.#subscriber.closed) this.#gate.fail(error);
    else this.#subscriber.error(error);
  }

  /** A generator that ended the channel while it was asked is still running, and is told afterwards. */
  #stop(): void {
    if (this.#state !== 'ready') return;
    this.#state = 'ended';
    try {
      const stopped = this.#puller.stop();
      if (stopped instanceof Promise) stopped.catch((error) => this.#gate.fail(error));
    } catch (error) {
      this.#gate.fail(error);
    }
  }
}

/** Whether a value is pulled rather than subscribed. */
export function isPullable(value: object): value is Pullable<unknown> {
  return Symbol.iterator in value || Symbol.asyncIterator in value || 'getReader' in value || 'length' in value;
}

function pullerOf<T>(source: Pullable<T>): Puller<T> {
  if ('getReader' in source) {
    const reader = source.getReader();
    return {
      next: () => reader.read() as Promise<IteratorResult<T, unknown>>,
      stop: () => (reader as unknown as ReadableStreamDefaultReader).cancel(),
    };
  }
  const iterator =
    Symbol.asyncIterator in source
      ? source[Symbol.asyncIterator]()
      : Symbol.iterator in source
        ? source[Symbol.iterator]()
        : Array.from(source)[Symbol.iterator]();
  return {
    next: () => {
      const result = iterator.next();
      // An iterator may answer with any thenable.
      return 'then' in result ? Promise.resolve(result) : result;
    },
    stop: () => iterator.return?.(),
  };
}
