import {
  config,
  lastValueFrom,
  map,
  Observable,
  type ObservableInput,
  of,
  Subject,
  type Subscriber,
  take,
  toArray,
} from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bothOfEachKind, noted, record, Throwing } from './both.ts';

// What marbles cannot say: other kinds of inner streams, ends, finalizers, throws. One suite over both.

afterEach(() => {
  config.onUnhandledError = null;
  vi.useRealTimers();
});

describe.each(bothOfEachKind)('%s', (_name, mapTo) => {
  test.each<[string, () => ObservableInput<string>]>([
    ['an array', () => ['x', 'y']],
    ['a string', () => 'xy'],
    ['a Set', () => new Set(['x', 'y'])],
    ['what is like an array', () => ({ length: 2, 0: 'x', 1: 'y' })],
    [
      'a generator',
      () =>
        (function* () {
          yield* ['x', 'y'];
        })(),
    ],
    [
      'an async generator',
      () =>
        (async function* () {
          yield* ['x', 'y'];
        })(),
    ],
    ['a ReadableStream', () => ReadableStream.from(['x', 'y'])],
    ['an Observable of another kind', () => ({ [Symbol.observable ?? '@@observable']: () => of('x', 'y') }) as never],
  ])('takes %s as an inner stream', async (_kind, make) => {
    expect(await lastValueFrom(of(1).pipe(mapTo(make), toArray()))).toEqual(['x', 'y']);
  });

  test('takes a Promise, and errors with its rejection', async () => {
    const source = new Subject<Promise<string>>();
    const log = record(source.pipe(mapTo((promise) => promise)));
    source.next(Promise.resolve('x'));
    await Promise.resolve();
    source.next(Promise.reject(new Error('refused')));
    await new Promise((resolve) => setTimeout(resolve));
    expect(log).toEqual(['x', 'error refused']);
  });

  test.each([undefined, null, 7, {}, () => {}])('errors for %s as an inner stream', (inner) => {
    const source = new Subject<unknown>();
    const log = record(source.pipe(mapTo(() => inner as never)));
    source.next(1);
    expect(log).toEqual([expect.stringContaining('error You provided')]);
    expect(source.observed).toBe(false);
  });

  test('errors with what the subscription of an inner stream throws', () => {
    const throwing = new Observable(() => {
      throw new Error('thrown');
    });
    expect(record(of(1).pipe(mapTo(() => throwing)))).toEqual(['error thrown']);
  });

  test('passes on what an inner stream gave before the source errors in the middle of it', () => {
    const source = new Subject<number>();
    const inner = new Observable<string>((subscriber) => {
      subscriber.next('before');
      source.error(new Error('source'));
      subscriber.next('after');
      subscriber.complete();
    });
    const log = record(source.pipe(mapTo(() => inner)));
    source.next(1);
    expect(log).toEqual(['before', 'error source']);
  });

  test('completes when the source completes in the middle of a synchronous inner stream', () => {
    const source = new Subject<number>();
    const inner = new Observable<string>((subscriber) => {
      subscriber.next('before');
      source.complete();
      subscriber.next('after');
      subscriber.complete();
    });
    const log = record(source.pipe(mapTo(() => inner)));
    source.next(1);
    expect(log).toEqual(['before', 'after', 'complete']);
  });

  test('subscribes nothing for long when project unsubscribes the result', () => {
    const log: string[] = [];
    const source = new Subject<number>();
    const inner = new Observable<string>((subscriber) => {
      log.push(`subscribe, closed ${subscriber.closed}`);
      subscriber.next('x');
      return noted(log, 'teardown');
    });
    const subscription = source
      .pipe(
        mapTo(() => {
          subscription.unsubscribe();
          return inner;
        }),
      )
      .subscribe((value) => log.push(value));
    source.next(1);
    expect(log).toEqual(['subscribe, closed true', 'teardown']);
    expect(source.observed).toBe(false);
  });

  test('takes no value after its end, also of a source that does not listen', () => {
    const log: unknown[] = [];
    const deaf = new Observable<number>((subscriber) => {
      for (let i = 0; i < 3; i++) {
        log.push(`source ${i}`);
        subscriber.next(i);
      }
      subscriber.error(new Error('ignored'));
    });
    record(
      deaf.pipe(
        mapTo((value) => of(value)),
        take(1),
      ),
      log,
    );
    expect(log).toEqual(['source 0', 0, 'complete', 'source 1', 'source 2']);
  });

  test.each(['complete', 'error'] as const)('takes no value while it tells of an end by %s', (end) => {
    const log: unknown[] = [];
    const sources: Subscriber<number>[] = [];
    const pushed = (): void => {
      log.push(end);
      sources[0]?.next(2);
    };
    const project = mapTo((value: number) => {
      log.push(`project ${value}`);
      return of(value);
    });
    new Observable<number>((subscriber) => void sources.push(subscriber))
      .pipe(project)
      .subscribe({ complete: pushed, error: pushed });
    sources[0]?.next(1);
    sources[0]?.[end]();
    expect(log).toEqual(['project 1', end]);
  });

  test('does not care what comes of an inner stream after its end', () => {
    const inner = new Observable<number>((subscriber) => {
      subscriber.next(1);
      subscriber.complete();
      subscriber.next(2);
      subscriber.error(new Error('ignored'));
      subscriber.complete();
    });
    expect(record(of(0).pipe(mapTo(() => inner)))).toEqual([1, 'complete']);
    const failing = new Observable<number>((subscriber) => {
      subscriber.error(new Error('first'));
      subscriber.error(new Error('second'));
      subscriber.next(2);
      subscriber.complete();
    });
    expect(record(of(0).pipe(mapTo(() => failing)))).toEqual(['error first']);
  });

  test('takes the source down before what runs, when the result is unsubscribed', () => {
    const log: string[] = [];
    const source = new Observable<number>((subscriber) => {
      subscriber.next(1);
      return noted(log, 'source');
    });
    const subscription = source.pipe(mapTo(() => new Observable(() => noted(log, 'inner')))).subscribe();
    subscription.add(noted(log, 'result'));
    subscription.unsubscribe();
    expect(log).toEqual(['source', 'inner', 'result']);
  });

  test('goes on when a subscriber throws, and reports it', () => {
    vi.useFakeTimers();
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push((error as Error).message);
    const seen: number[] = [];
    of(1, 2, 3)
      .pipe(mapTo((value) => of(value)))
      .subscribe((value) => {
        seen.push(value);
        throw new Error(`thrown ${value}`);
      });
    vi.runAllTimers();
    expect(seen).toEqual([1, 2, 3]);
    expect(unhandled).toEqual(['thrown 1', 'thrown 2', 'thrown 3']);
  });

  test('errors with what an operator further down throws', () => {
    const source = new Subject<number>();
    const thrown = map((): never => {
      throw new Error('thrown');
    });
    const log = record(
      source.pipe(
        mapTo((value) => of(value)),
        thrown,
      ),
    );
    source.next(1);
    expect(log).toEqual(['error thrown']);
    expect(source.observed).toBe(false);
  });

  test('errors with what a subscriber of another make throws, and does not throw at the inner stream', () => {
    const source = new Subject<number>();
    const inner = new Subject<string>();
    const result = new Throwing();
    source.pipe(mapTo(() => inner)).subscribe(result);
    source.next(1);
    expect(() => inner.next('x')).not.toThrow();
    expect(result.log).toEqual(['next x', 'error thrown downstream']);
    expect([source.observed, inner.observed]).toEqual([false, false]);
  });

  test('does not throw at the inner stream whose end makes a finalizer of the result throw', () => {
    const source = new Subject<number>();
    const inner = new Subject<string>();
    const log: string[] = [];
    const result = source.pipe(mapTo(() => inner)).subscribe({ complete: noted(log, 'complete') });
    result.add(() => {
      throw new Error('finalizer');
    });
    source.next(1);
    source.complete();
    expect(() => inner.complete()).not.toThrow();
    expect(log).toEqual(['complete']);
  });

  test('does not throw at the source whose end makes a finalizer of the result throw', () => {
    const source = new Subject<number>();
    const log: string[] = [];
    const result = source.pipe(mapTo((value) => of(value))).subscribe({ complete: noted(log, 'complete') });
    result.add(() => {
      throw new Error('finalizer');
    });
    expect(() => source.complete()).not.toThrow();
    expect(log).toEqual(['complete']);
  });

  test('throws at whoever ends an inner stream whose own finalizer throws', () => {
    const source = new Subject<number>();
    const end = new Subject<void>();
    const inner = new Observable<string>((subscriber) => {
      subscriber.add(() => {
        throw new Error('finalizer');
      });
      const failed = end.subscribe({ complete: () => expect(() => subscriber.complete()).toThrow('finalizer') });
      return failed;
    });
    const log = record(source.pipe(mapTo(() => inner)));
    source.next(1);
    end.complete();
    expect(log).toEqual([]);
  });

  test('throws at whoever unsubscribes the result when a finalizer of an inner stream throws', () => {
    const source = new Subject<number>();
    const inner = new Observable(() => () => {
      throw new Error('finalizer');
    });
    const subscription = source.pipe(mapTo(() => inner)).subscribe();
    source.next(1);
    expect(() => subscription.unsubscribe()).toThrow('finalizer');
    expect(source.observed).toBe(false);
  });
});
