import {
  defer,
  EMPTY,
  finalize,
  from,
  mergeMap,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
  Subject,
  takeUntil,
} from 'rxjs';
import { CloseError } from '../protocol/close.ts';
import { checkLimit } from './limit.ts';

/** How `switchMapBy` works. */
export interface SwitchMapByOptions {
  /** How many keys may live at a time. @default 1000 */
  readonly limit?: number;
}

/**
 * RxJS's `switchMap` for each key by itself: for inner streams that live on, such as one topic for each subscribe
 * message.
 *
 * ```
 * source    -a-----b-----a'-----a0---|    a, a' and a0 have one key; for a0 project gives undefined
 * a's         --1--2--                    unsubscribed when a' comes
 * b's               -3---3---3---3---3    goes on
 * a' 's                   --4--4-         ended by a0
 * ```
 *
 * - A value of a key that lives unsubscribes its inner stream and takes its place; `undefined` ends the key.
 * - A key whose stream has completed is freed. The result completes when the source and all streams have.
 * - More keys than `limit` are an error of the result: `CloseError` 1008, for it is the peer who asks for them.
 * - Inner streams are not work: nothing is held back, and they are unsubscribed with the channel. Paced operators would
 *   hold each message for ever.
 *
 * ```ts
 * in$.pipe(
 *   switchMapBy(
 *     ({ topic }) => topic,
 *     ({ type, topic }) => (type === 'subscribe' ? news(topic) : undefined),
 *     { limit: 100 },
 *   ),
 * )
 * ```
 *
 * A throw out of `key` or `project` and an error of an inner stream are errors of the result. Throws
 * `SLUICE_BAD_OPTION` for a limit that is neither a whole number above 0 nor `Infinity`.
 */
export function switchMapBy<T, Key, O extends ObservableInput<unknown>>(
  key: (value: T) => Key,
  project: (value: T, key: Key) => O | undefined,
  options: SwitchMapByOptions = {},
): OperatorFunction<T, ObservedValueOf<O>> {
  const { limit = 1_000 } = options;
  checkLimit(limit, 'limit of switchMapBy');
  return (source) =>
    defer(() => {
      const live = new Map<Key, Subject<void>>();
      return source.pipe(
        mergeMap((value) => {
          const name = key(value);
          live.get(name)?.next();
          const stream = project(value, name);
          if (stream === undefined) return EMPTY;
          if (live.size >= limit) throw new CloseError(1008, `more than ${limit} streams`);
          const replaced = new Subject<void>();
          live.set(name, replaced);
          const free = (): void => {
            if (live.get(name) === replaced) live.delete(name);
          };
          return from(stream as ObservableInput<ObservedValueOf<O>>).pipe(takeUntil(replaced), finalize(free));
        }),
      );
    });
}
