import { concat, EMPTY, finalize, interval, map, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { switchMapBy } from '../../src/operators/switch-map-by.ts';
import { CloseError } from '../../src/protocol/close.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { marbles } from './both.ts';
import { loadOf } from './works.ts';

inVirtualTime();

/** The first letter is the key. */
const keyOf = (value: string): string => value.charAt(0);

/** A source of texts, the keys whose stream is subscribed, and what came out. */
function live(limit?: number): { source: Subject<string>; keys: Set<string>; log: unknown[] } {
  const [source, keys, log] = [new Subject<string>(), new Set<string>(), [] as unknown[]];
  const project = (value: string): Observable<string> | undefined => {
    if (value.endsWith('0')) return undefined;
    return new Observable<string>((subscriber) => {
      keys.add(value);
      subscriber.next(value);
      return () => keys.delete(value);
    });
  };
  source.pipe(switchMapBy(keyOf, project, limit === undefined ? {} : { limit })).subscribe({
    next: (value) => log.push(value),
    error: (error) => log.push(error),
    complete: () => log.push('complete'),
  });
  return { source, keys, log };
}

describe('switchMapBy', () => {
  test('is switchMap for each key by itself', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const values = { a: 'a1', b: 'b1', c: 'a2' };
      const source = hot('-a---b---c-----|     ', values);
      const a1 = cold('    --1----1---1        ');
      const b1 = cold('        --2------2---|  ');
      const a2 = cold('            --3--|      ');
      const subsOfA1 = '  -^-------!           ';
      const subsOfB1 = '  -----^------------!  ';
      const subsOfA2 = '  ---------^----!      ';
      const expected = '  ---1---21--3--2---|  ';
      const inners: Record<string, typeof a1> = { a1, b1, a2 };
      const result = source.pipe(switchMapBy(keyOf, (value) => inners[value] ?? EMPTY));
      expectObservable(result).toBe(expected);
      expectSubscriptions(a1.subscriptions).toBe(subsOfA1);
      expectSubscriptions(b1.subscriptions).toBe(subsOfB1);
      expectSubscriptions(a2.subscriptions).toBe(subsOfA2);
    });
  });

  test('lets the former stream of a key go before project is called for the next', () => {
    const log: string[] = [];
    const source = new Subject<string>();
    const project = (value: string): Observable<never> => {
      log.push(`project ${value}`);
      return NEVER.pipe(finalize(() => log.push(`end ${value}`)));
    };
    source.pipe(switchMapBy(keyOf, project)).subscribe();
    for (const value of ['a1', 'b1', 'a2']) source.next(value);
    expect(log).toEqual(['project a1', 'project b1', 'end a1', 'project a2']);
  });

  test('gives project the key', () => {
    const seen: unknown[] = [];
    of('a1')
      .pipe(switchMapBy(keyOf, (value, key) => [value, key]))
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual(['a1', 'a']);
  });

  test('ends a key for undefined, and takes undefined for a key that does not live', () => {
    const { source, keys, log } = live();
    for (const value of ['a1', 'b1', 'a0', 'c0']) source.next(value);
    expect([...keys]).toEqual(['b1']);
    expect(log).toEqual(['a1', 'b1']);
    source.next('a2');
    expect([...keys]).toEqual(['b1', 'a2']);
  });

  test('completes when the source and all streams have', () => {
    const { source, log } = live();
    source.next('a1');
    source.next('b1');
    source.next('b0');
    source.complete();
    expect(log).toEqual(['a1', 'b1']);
    const second = live();
    second.source.next('a1');
    second.source.next('a0');
    second.source.complete();
    expect(second.log).toEqual(['a1', 'complete']);
  });

  test('unsubscribes all streams with the result', () => {
    const ended: string[] = [];
    const source = new Subject<string>();
    const project = (value: string): Observable<never> => NEVER.pipe(finalize(() => ended.push(value)));
    const subscription = source.pipe(switchMapBy(keyOf, project)).subscribe();
    source.next('a1');
    source.next('b1');
    subscription.unsubscribe();
    expect(ended).toEqual(['a1', 'b1']);
    expect(source.observed).toBe(false);
  });

  test('takes Promises, arrays and what else from takes', async () => {
    const seen: unknown[] = [];
    of('a', 'b', 'c')
      .pipe(switchMapBy(keyOf, (value) => (value === 'a' ? Promise.resolve('promise') : [value])))
      .subscribe((value) => seen.push(value));
    await pass();
    expect(seen).toEqual(['b', 'c', 'promise']);
  });

  test('tells keys apart as a Map does', () => {
    const keys: unknown[] = [Number.NaN, Number.NaN, 1, '1', undefined, undefined, null];
    let running = 0;
    const source = new Subject<unknown>();
    const stream = new Observable<never>(() => {
      running++;
      return () => running--;
    });
    source
      .pipe(
        switchMapBy(
          (key) => key,
          () => stream,
        ),
      )
      .subscribe();
    for (const key of keys) source.next(key);
    expect(running).toBe(5);
  });

  test('keeps its keys per subscription', () => {
    const source = new Subject<string>();
    const result = source.pipe(switchMapBy(keyOf, () => NEVER, { limit: 1 }));
    const errors: unknown[] = [];
    result.subscribe({ error: (error) => errors.push(error) });
    result.subscribe({ error: (error) => errors.push(error) });
    source.next('a1');
    expect(errors).toEqual([]);
  });

  test('lets the stream of a key push a value of that key: the newest lives', () => {
    const source = new Subject<string>();
    const [seen, ended]: [string[], string[]] = [[], []];
    const project = (value: string): Observable<string> =>
      concat(of(value, `${value}+`), NEVER).pipe(finalize(() => ended.push(value)));
    source.pipe(switchMapBy(keyOf, project)).subscribe((value) => {
      seen.push(value);
      if (value === 'a1') source.next('a2');
    });
    source.next('a1');
    expect([seen, ended]).toEqual([['a1', 'a2', 'a2+'], ['a1']]);
    source.next('a3');
    expect(ended).toEqual(['a1', 'a2']);
  });
});

describe('a limit', () => {
  test('of keys that live: one more is CloseError 1008, and all streams end', () => {
    const { source, keys, log } = live(2);
    for (const value of ['a1', 'b1', 'a2', 'b2']) source.next(value);
    expect(log).toHaveLength(4);
    source.next('c1');
    expect(log[4]).toBeInstanceOf(CloseError);
    expect(log[4]).toMatchObject({ code: 1008, reason: 'more than 2 streams' });
    expect([...keys]).toEqual([]);
    expect(source.observed).toBe(false);
  });

  test('does not count keys that have ended, by undefined or by themselves', () => {
    const { source, log } = live(1);
    for (const value of ['a1', 'a0', 'b1', 'b0']) source.next(value);
    expect(log).toEqual(['a1', 'b1']);
    const seen: unknown[] = [];
    of('a1', 'b1', 'c1')
      .pipe(switchMapBy(keyOf, (value) => of(value), { limit: 1 }))
      .subscribe({ next: (value) => seen.push(value), error: (error) => seen.push(error) });
    expect(seen).toEqual(['a1', 'b1', 'c1']);
  });

  test('does not count a key for which there is no stream', () => {
    const { source, log } = live(1);
    for (const value of ['a1', 'b0']) source.next(value);
    expect(log).toEqual(['a1']);
  });

  test('is 1000 by default, and may be Infinity', () => {
    for (const [limit, expected] of [
      [undefined, 1_000],
      [Number.POSITIVE_INFINITY, 1_001],
    ] as const) {
      let begun = 0;
      const source = new Subject<number>();
      const stream = new Observable<never>(() => void begun++);
      const by = switchMapBy(
        (key: number) => key,
        () => stream,
        limit === undefined ? {} : { limit },
      );
      source.pipe(by).subscribe({ error: () => {} });
      for (let key = 0; key < 1_001; key++) source.next(key);
      expect(begun).toBe(expected);
    }
  });

  test.each([0, -1, 1.5, Number.NaN, '3', null])('of %s is refused', (limit) => {
    const make = (): unknown => switchMapBy(keyOf, () => NEVER, { limit: limit as number });
    expect(make).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
  });
});

describe('an error', () => {
  test.each<[string, (source: Observable<string>) => Observable<unknown>]>([
    [
      'out of key',
      switchMapBy(
        () => {
          throw new Error('boom');
        },
        () => NEVER,
      ),
    ],
    [
      'out of project',
      switchMapBy(keyOf, () => {
        throw new Error('boom');
      }),
    ],
    ['of a stream', switchMapBy(keyOf, () => throwError(() => new Error('boom')))],
  ])('%s is an error of the result', (_where, by) => {
    const source = new Subject<string>();
    const errors: unknown[] = [];
    source.pipe(by).subscribe({ error: (error) => errors.push(error) });
    source.next('a1');
    expect(errors).toMatchObject([{ message: 'boom' }]);
    expect(source.observed).toBe(false);
  });
});

describe('in a channel', () => {
  test('inner streams are no work: nothing is held back, and they end with the channel', async () => {
    let running = 0;
    const news = (topic: string): Observable<string> =>
      interval(10).pipe(
        map((n) => `${topic}${n}`),
        (source) =>
          new Observable((subscriber) => {
            running++;
            subscriber.add(() => running--);
            source.subscribe(subscriber);
          }),
      );
    const { channel, socket, records } = serveFake(
      ({ in$ }) => in$.pipe(switchMapBy(String, (topic) => news(String(topic)))),
      { highWater: 2, lowWater: 0 },
    );
    await pass();
    socket.delivers('a', 'b', 'c');
    await pass(10);
    expect(socket.sent).toEqual(['a0', 'b0', 'c0']);
    expect([loadOf(channel), running]).toEqual([[0, 0], 3]);
    socket.leaves();
    await pass();
    expect([records.length, running]).toEqual([1, 0]);
  });

  test('a peer that asks for too many streams is closed with 1008', async () => {
    const { socket } = serveFake(({ in$ }) => in$.pipe(switchMapBy(String, () => NEVER, { limit: 1 })));
    await pass();
    socket.delivers('a', 'b');
    expect(socket.log).toEqual(['close 1008 more than 1 streams']);
  });
});
