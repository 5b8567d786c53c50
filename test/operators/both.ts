import {
  concatMap,
  mergeMap,
  Observable,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
  Subscriber,
  switchMap,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect } from 'vitest';
import { pacedConcatMap } from '../../src/operators/paced-concat-map.ts';
import { pacedMergeMap } from '../../src/operators/paced-merge-map.ts';
import { pacedSwitchMap } from '../../src/operators/paced-switch-map.ts';

type Mapping = <T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
) => OperatorFunction<T, ObservedValueOf<O>>;

/** The three operators of one library. */
export interface Maps {
  readonly concat: Mapping;
  readonly merge: <T, O extends ObservableInput<unknown>>(
    project: (value: T, index: number) => O,
    concurrency?: number,
  ) => OperatorFunction<T, ObservedValueOf<O>>;
  readonly switch: Mapping;
}

const ofRxJs: Maps = { concat: concatMap, merge: mergeMap, switch: switchMap };
const ours: Maps = { concat: pacedConcatMap, merge: pacedMergeMap, switch: pacedSwitchMap };

/** Whose operators a suite runs over: what holds for RxJS's holds for ours. */
export const both: ReadonlyArray<readonly [name: string, maps: Maps]> = [
  ['RxJS', ofRxJs],
  ['sluice', ours],
];

/** One of the three operators, with what tells it from the others. */
export type Kind = 'concat' | 'merge' | 'switch';

export const kinds: readonly Kind[] = ['concat', 'merge', 'switch'];

/** What is the same for all three. */
export const bothOfEachKind: ReadonlyArray<readonly [name: string, map: Mapping]> = both.flatMap(([name, maps]) =>
  kinds.map((kind) => [`${kind}Map of ${name}`, maps[kind]] as const),
);

export const marbles = (run: Parameters<TestScheduler['run']>[0]): void => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(run);
};

/** A subscriber as a library may bring one: unlike those of RxJS it lets through what it throws. */
export class Throwing extends Subscriber<unknown> {
  readonly log: string[] = [];

  override next(value: unknown): void {
    this.log.push(`next ${value}`);
    throw new Error('thrown downstream');
  }

  override error(error: unknown): void {
    this.log.push(`error ${(error as Error).message}`);
    this.unsubscribe();
  }

  override complete(): void {
    this.log.push('complete');
    this.unsubscribe();
  }
}

/** Whatever happens to a stream, in order. */
export function record(stream: Observable<unknown>, log: unknown[] = []): unknown[] {
  stream.subscribe({
    next: (value) => log.push(value),
    error: (error) => log.push(`error ${error instanceof Error ? error.message : error}`),
    complete: () => log.push('complete'),
  });
  return log;
}

export const noted =
  (log: unknown[], name: string): (() => void) =>
  () => {
    log.push(name);
  };

/** Ends at once, and notes when it is torn down. */
export const ending = (log: unknown[], name: string): Observable<string> =>
  new Observable((subscriber) => {
    subscriber.add(noted(log, `teardown ${name}`));
    subscriber.next(name);
    subscriber.complete();
    log.push(`after ${name}`);
  });
