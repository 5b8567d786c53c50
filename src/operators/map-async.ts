import { catchError, defer, EMPTY, from, Observable, type OperatorFunction, of } from 'rxjs';
import { isPromiseLike } from '../channel/promise-like.ts';
import { checkLimit } from './limit.ts';
import { pacedMergeMap } from './paced-merge-map.ts';
import { Turns } from './turns.ts';

/** How `mapAsync` works. */
export interface MapAsyncOptions<In, Recovered = never> {
  /** How many messages are worked on at a time, and wait for their turn. @default 1 */
  readonly concurrency?: number;
  /** Whether results come in the order of their messages; otherwise as they are ready. @default true */
  readonly ordered?: boolean;
  /**
   * Answers for one message whose work failed, instead of failing the channel; `undefined` for no answer.
   * What it throws is an error of the result.
   */
  readonly recover?: (error: unknown, message: In) => Recovered | undefined;
}

/**
 * Maps each message by an async function, and holds back the channel's input while `highWater` messages are in work.
 *
 * ```
 * in$       -a-b-c----------|
 * a           ------A           concurrency 2: c waits until a has ended
 * b             --B             ordered: B waits for A
 * c                 ---C
 * result    --------(AB)C---|
 * ```
 *
 * - Order is kept, nothing is lost, and memory stands still however fast the peer sends. When the peer leaves, what was
 *   received is finished within `linger`.
 * - Without `recover` a failure is an error of the result: it comes after the results before it.
 * - When the result ends or is unsubscribed the signal aborts; answers that come later are dropped.
 * - Outside a handler, and for values of other channels, it does the same but holds nothing back.
 *
 * ```ts
 * in$.pipe(
 *   mapAsync(({ id }, signal) => fetch(`https://example.org/${id}`, { signal }).then((response) => response.text()), {
 *     concurrency: 8,
 *     recover: (_error, { id }) => `${id}: not available`,
 *   }),
 * )
 * ```
 *
 * Throws `SLUICE_BAD_OPTION` for a concurrency that is neither a whole number above 0 nor `Infinity`.
 *
 * @param fn May answer with a Promise or at once. What it throws is a failure of its message.
 * @see {@link pacedConcatMap}, {@link pacedMergeMap} for work that is an Observable
 */
export function mapAsync<In, Answer, Recovered = never>(
  fn: (message: In, signal: AbortSignal) => Answer,
  options: MapAsyncOptions<In, Recovered> = {},
): OperatorFunction<In, Awaited<Answer> | Exclude<Recovered, void>> {
  const { concurrency = 1, ordered = true, recover } = options;
  checkLimit(concurrency, 'concurrency of mapAsync');
  return (source) =>
    new Observable((result) => {
      let controller: AbortController | undefined;
      const turns = ordered && concurrency > 1 ? new Turns() : undefined;
      const work = (message: In): Observable<Awaited<Answer> | Exclude<Recovered, void>> => {
        controller ??= new AbortController();
        const answer$ = answerOf(fn, message, controller.signal, recover);
        return turns === undefined ? answer$ : turns.inTurn(answer$);
      };
      result.add(() => controller?.abort());
      source.pipe(pacedMergeMap(work, concurrency)).subscribe(result);
    });
}

/** The answer to one message: one value, or nothing, or an error. */
function answerOf<In, Answer, Recovered>(
  fn: (message: In, signal: AbortSignal) => Answer,
  message: In,
  signal: AbortSignal,
  recover: ((error: unknown, message: In) => Recovered | undefined) | undefined,
): Observable<Awaited<Answer> | Exclude<Recovered, void>> {
  const recovered = (error: unknown): Observable<Exclude<Recovered, void>> => {
    if (recover === undefined) throw error;
    const answer = recover(error, message);
    return answer === undefined ? EMPTY : of(answer as Exclude<Recovered, void>);
  };
  try {
    const answer = fn(message, signal);
    if (!isPromiseLike(answer)) return of(answer as Awaited<Answer>);
    // Not all that has a `then` is a whole Promise.
    return from(Promise.resolve(answer) as Promise<Awaited<Answer>>).pipe(catchError(recovered));
  } catch (error) {
    // Thrown here it would be an error of the result at once, before its turn.
    return defer(() => recovered(error));
  }
}
