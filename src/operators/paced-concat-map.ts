import type { ObservableInput, ObservedValueOf, OperatorFunction } from 'rxjs';
import { pacedMergeMap } from './paced-merge-map.ts';

/**
 * RxJS's `concatMap` that pushes back: the work on one message ends before that on the next begins, and while
 * `highWater` messages are in work the channel's socket is not read.
 *
 * ```
 * in$       -a-b-c-------------|
 * a's work    ---A|
 * b's work        ---B|
 * result    -----A---B---C-----|
 * ```
 *
 * Order is kept, nothing is lost, and memory stands still however fast the peer sends. When the peer leaves, what was
 * received is finished within `linger`. It is for work that ends: see {@link pacedMergeMap} for that and for what holds
 * outside a handler.
 *
 * ```ts
 * route('/orders', ({ in$ }) => in$.pipe(pacedConcatMap((order) => database.save(order))))
 * ```
 *
 * A throw out of `project` and an error of an inner stream are errors of the result.
 */
export function pacedConcatMap<T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
): OperatorFunction<T, ObservedValueOf<O>> {
  return pacedMergeMap(project, 1);
}
