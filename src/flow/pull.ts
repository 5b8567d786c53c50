import { Observable, type ReadableStreamLike } from 'rxjs';
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
export function pull<T>(source: Pullable<T>, gate: Gate, whenGone: 'ends' | 'goes on'): Observable<T> {
  return new Observable<T>((subscriber) => {
    const puller = pullerOf(source);
    let finished = false;
    let asking = false;
    let interrupt: (() => void) | undefined;
    let messages = 0;
    let mark = gate.handedBytes;

    const newTurn = (): void => {
      messages = 0;
      mark = gate.handedBytes;
      interrupt = undefined;
      run();
    };

    const take = (result: IteratorResult<T, unknown>): void => {
      if (result.done) {
        finished = true;
        subscriber.complete();
      } else {
        messages++;
        subscriber.next(result.value);
      }
    };

    const fail = (error: unknown): void => {
      finished = true;
      if (subscriber.closed) gate.fail(error);
      else subscriber.error(error);
    };

    // A generator that ended the channel while it was asked is still running, and is told afterwards.
    const stop = (): void => {
      if (finished || asking) return;
      finished = true;
      try {
        const stopped = puller.stop();
        if (stopped instanceof Promise) stopped.catch((error) => gate.fail(error));
      } catch (error) {
        gate.fail(error);
      }
    };

    const run = (): void => {
      while (!finished && !subscriber.closed) {
        if (gate.gone && whenGone === 'ends') {
          stop();
          subscriber.complete();
          return;
        }
        if (gate.saturated) {
          interrupt = gate.onDesaturation(newTurn);
          return;
        }
        if (messages >= (gate.gone ? 1 : turnMessages) || gate.handedBytes - mark >= turnBytes) {
          const timer = gate.soon(newTurn);
          interrupt = () => timer.cancel();
          return;
        }
        try {
          asking = true;
          const result = puller.next();
          asking = false;
          if (result instanceof Promise) {
            result
              .then((awaited) => {
                if (subscriber.closed) return;
                take(awaited);
                run();
              })
              .catch(fail);
            return;
          }
          take(result);
        } catch (error) {
          asking = false;
          fail(error);
        }
      }
      stop();
    };

    run();
    return () => {
      interrupt?.();
      stop();
    };
  });
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
