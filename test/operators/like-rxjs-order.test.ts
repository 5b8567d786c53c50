import { BehaviorSubject, NEVER, Observable, of, Subject, take } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { both, ending, noted, record } from './both.ts';

// In which order things happen, and what happens when they are entered again. One suite over both.

describe.each(both)('%s', (_name, maps) => {
  test('concatMap and mergeMap take an inner stream down before they go on; switchMap completes first', () => {
    const log: unknown[] = [];
    record(of('a').pipe(maps.concat((name) => ending(log, name))), log);
    expect(log.splice(0)).toEqual(['a', 'teardown a', 'after a', 'complete']);
    for (const map of [maps.concat, maps.merge, maps.switch]) {
      const [from, within] = [new Subject<string>(), new Subject<string>()];
      const running = new Observable<string>((subscriber) => {
        subscriber.add(noted(log, 'teardown'));
        return within.subscribe(subscriber);
      });
      record(from.pipe(map(() => running)), log);
      from.next('a');
      from.complete();
      within.complete();
    }
    expect(log).toEqual(['teardown', 'complete', 'teardown', 'complete', 'complete', 'teardown']);
  });

  test('concatMap keeps the order of what is pushed into its source from downstream', () => {
    const source = new Subject<number>();
    const seen: number[] = [];
    source.pipe(maps.concat((value) => of(value, value * 10))).subscribe((value) => {
      seen.push(value);
      if (value < 3) source.next(value + 1);
    });
    source.next(1);
    expect(seen).toEqual([1, 10, 2, 20, 3, 30]);
  });

  test('concatMap keeps the order of what a finalizer pushes into its source while others wait', () => {
    const source = new Subject<string>();
    const first = new Subject<string>();
    const log: string[] = [];
    const inner = (name: string): Observable<string> =>
      new Observable((subscriber) => {
        log.push(name);
        subscriber.complete();
        // Run at once, after the end: as RxJS's `finalize` is on a synchronous source.
        return () => {
          if (name === 'b') source.next('d');
        };
      });
    source.pipe(maps.concat((name) => (name === 'a' ? first : inner(name)))).subscribe();
    for (const name of ['a', 'b', 'c']) source.next(name);
    first.complete();
    expect(log).toEqual(['b', 'c', 'd']);
  });

  test('mergeMap nests what is pushed into its source from downstream', () => {
    const source = new Subject<number>();
    const seen: number[] = [];
    source.pipe(maps.merge((value) => of(value, value * 10))).subscribe((value) => {
      seen.push(value);
      if (value < 3) source.next(value + 1);
    });
    source.next(1);
    expect(seen).toEqual([1, 2, 3, 30, 20, 10]);
  });

  test('switchMap stops a synchronous inner stream that pushes a new value into its source', () => {
    const source = new Subject<number>();
    const seen: number[] = [];
    source.pipe(maps.switch((value) => of(value, value * 10))).subscribe((value) => {
      seen.push(value);
      if (value < 3) source.next(value + 1);
    });
    source.next(1);
    expect(seen).toEqual([1, 2, 3, 30]);
  });

  test('a source that replays its value is taken from its first one', () => {
    const source = new BehaviorSubject(1);
    for (const map of [maps.concat, maps.merge, maps.switch]) {
      expect(
        record(
          source.pipe(
            map((value) => of(value)),
            take(1),
          ),
        ),
      ).toEqual([1, 'complete']);
    }
    expect(source.observed).toBe(false);
  });

  test('project may push into the source: concatMap queues it, mergeMap and switchMap begin it first', () => {
    for (const [map, expected] of [
      [maps.concat, ['project 1', 1, 'project 2', 2]],
      [maps.merge, ['project 1', 'project 2', 2, 1]],
      [maps.switch, ['project 1', 'project 2', 2, 1]],
    ] as const) {
      const source = new Subject<number>();
      const log: unknown[] = [];
      const project = map((value: number) => {
        log.push(`project ${value}`);
        if (value === 1) source.next(2);
        return of(value);
      });
      record(source.pipe(project), log);
      source.next(1);
      expect(log).toEqual(expected);
    }
  });

  test('what waits is forgotten when the result ends', () => {
    const log: unknown[] = [];
    const source = new Subject<number>();
    const subscription = source
      .pipe(
        maps.concat((value) => {
          log.push(value);
          return NEVER;
        }),
      )
      .subscribe();
    source.next(1);
    source.next(2);
    subscription.unsubscribe();
    expect(log).toEqual([1]);
  });

  test('what waits is forgotten when an inner stream that had waited errors', () => {
    const source = new Subject<number>();
    const first = new Subject<never>();
    const projected: number[] = [];
    const project = maps.concat((value: number) => {
      projected.push(value);
      if (value === 1) return first;
      throw new Error(`thrown ${value}`);
    });
    const log = record(source.pipe(project));
    for (const value of [1, 2, 3]) source.next(value);
    expect(() => first.complete()).not.toThrow();
    expect(log).toEqual(['error thrown 2']);
    expect(projected).toEqual([1, 2]);
  });
});

/** How many synchronous inner streams wait behind one that is not. */
function drainMany(maps: (typeof both)[number][1], count: number): { seen: number; error: unknown } {
  const source = new Subject<Observable<number>>();
  const first = new Subject<number>();
  const drained = { seen: 0, error: undefined as unknown };
  source.pipe(maps.concat((inner) => inner)).subscribe({
    next: () => drained.seen++,
    error: (error) => {
      drained.error = error;
    },
  });
  source.next(first);
  const inner = of(1);
  for (let i = 0; i < count; i++) source.next(inner);
  first.complete();
  return drained;
}

describe('the one difference', () => {
  test('is that 100,000 waiting values of synchronous inner streams do not overflow the stack', () => {
    const [[, ofRxJs], [, ours]] = both as [(typeof both)[number], (typeof both)[number]];
    expect(drainMany(ours, 100_000)).toEqual({ seen: 100_000, error: undefined });
    // It is lost in the catch of a finalizer: the result neither goes on nor errors.
    expect(drainMany(ofRxJs, 100_000).seen).toBeLessThan(100_000);
  });

  test('follows from it: the next one begins after the one before has returned from its subscription', () => {
    const order = both.map(([, maps]) => {
      const log: unknown[] = [];
      const source = new Subject<Observable<string>>();
      const first = new Subject<string>();
      record(source.pipe(maps.concat((inner) => inner)), log);
      for (const inner of [first, ending(log, 'a'), ending(log, 'b')]) source.next(inner);
      first.complete();
      return log;
    });
    expect(order).toEqual([
      ['a', 'teardown a', 'b', 'teardown b', 'after b', 'after a'],
      ['a', 'teardown a', 'after a', 'b', 'teardown b', 'after b'],
    ]);
  });
});
