import {
  catchError,
  concat,
  delay,
  EMPTY,
  endWith,
  finalize,
  ignoreElements,
  map,
  mergeMap,
  NEVER,
  Observable,
  of,
  Subject,
  startWith,
  take,
  throwError,
  toArray,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { split } from '../../src/operators/split.ts';
import { CloseError } from '../../src/protocol/close.ts';

type Say = { readonly type: 'say'; readonly text: string };
type Join = { readonly type: 'join'; readonly room: number };

const messages: Record<string, Say | Join> = {
  s: { type: 'say', text: 'hi' },
  t: { type: 'say', text: 'ho' },
  j: { type: 'join', room: 7 },
};

const marbles = (run: Parameters<TestScheduler['run']>[0]): void => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(run);
};

const texts = (say$: Observable<Say>): Observable<string> => say$.pipe(map(({ text }) => text));
const rooms = (join$: Observable<Join>): Observable<number> => join$.pipe(map(({ room }) => room));

describe('split', () => {
  test('routes each message to the branch of its type, in order and in the same instant', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<Say | Join>('-s-(jt)-j-|', messages);
      const subs = '                  ^---------!';
      const expected = '              -a-(bc)-b-|';
      const result = source.pipe(split('type', { say: texts, join: rooms }));
      expectObservable(result).toBe(expected, { a: 'hi', b: 7, c: 'ho' });
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  test('subscribes the source once, after all branches', () => {
    const order: string[] = [];
    const note = (name: string) => () =>
      new Observable<never>(() => {
        order.push(name);
      });
    const source = new Observable<Say | Join>(() => {
      order.push('source');
    });
    source.pipe(split('type', { say: note('say'), join: note('join') })).subscribe();
    expect(order).toEqual(['say', 'join', 'source']);
  });

  test('completes when the source and then every branch has completed', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold<Say | Join>('-s-j|        ', messages);
      const expected = '               ---b---(acd|)';
      const result = source.pipe(
        split('type', {
          say: (say$) =>
            say$.pipe(
              texts,
              mergeMap((text) => of(text).pipe(delay(6))),
              endWith('c', 'd'),
            ),
          join: rooms,
        }),
      );
      expectObservable(result).toBe(expected, { a: 'hi', b: 7, c: 'c', d: 'd' });
    });
  });

  test('completes the input of every branch when the source completes', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold<Say | Join>('-s-s-| ', messages);
      const expected = '               -----(ab|)';
      const result = source.pipe(
        split('type', { say: (say$) => say$.pipe(texts, toArray()), join: (join$) => join$.pipe(rooms, toArray()) }),
      );
      expectObservable(result).toBe(expected, { a: ['hi', 'hi'], b: [] });
    });
  });

  test('completes and unsubscribes the source when all branches have completed', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<Say | Join>('-s-s-j-s-', messages);
      const subs = '                  ^----!   ';
      const expected = '              -a---(b|)';
      const result = source.pipe(
        split('type', { say: (say$) => say$.pipe(texts, take(1)), join: (join$) => join$.pipe(rooms, take(1)) }),
      );
      expectObservable(result).toBe(expected, { a: 'hi', b: 7 });
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  test('never subscribes the source when all branches complete at once', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<Say | Join>('-s-', messages);
      expectObservable(source.pipe(split('type', { say: () => of(1), join: () => EMPTY }))).toBe('(a|)', { a: 1 });
      expectSubscriptions(source.subscriptions).toBe([]);
    });
  });

  test('errors with the error of the source, which no branch can swallow', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold<Say | Join>('-s-#', messages);
      const expected = '               -a-#';
      const say = (say$: Observable<Say>) =>
        say$.pipe(
          texts,
          catchError(() => of('swallowed')),
        );
      expectObservable(source.pipe(split('type', { say, join: rooms }))).toBe(expected, { a: 'hi' });
    });
  });

  test('errors with the error of a branch, and unsubscribes the source and the other branches', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot<Say | Join>('-s-j-s-', messages);
      const other = cold('            -----------');
      const subs = '                  ^--!       ';
      const expected = '              -a-#       ';
      const result = source.pipe(
        split('type', {
          say: (say$) => concat(say$.pipe(texts), other),
          join: (join$) => join$.pipe(mergeMap(() => throwError(() => 'error'))),
        }),
      );
      expectObservable(result).toBe(expected, { a: 'hi' });
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  test('errors with the throw of a branch function, without a subscription to the source', () => {
    const thrown = new Error('no branch today');
    let subscribed = false;
    let got: unknown;
    const source = new Observable<Say | Join>(() => {
      subscribed = true;
    });
    const say = (): Observable<never> => {
      throw thrown;
    };
    source.pipe(split('type', { say, join: rooms })).subscribe({ error: (error) => (got = error) });
    expect(got).toBe(thrown);
    expect(subscribed).toBe(false);
  });

  test.each([
    ['of an unknown type', { type: 'leave' }],
    ["of the type '__proto__'", { type: '__proto__' }],
    ["of the type 'constructor'", { type: 'constructor' }],
    ["of the type 'hasOwnProperty'", { type: 'hasOwnProperty' }],
    ['without a type', { text: 'hi' }],
    ['with a type that only reads like one', { type: ['say'] }],
    ['that is null', null],
    ['that is undefined', undefined],
    ['that is a string', 'say'],
    ['that is a number', 7],
  ])('errors with CloseError 1008 for a message %s', (_, message) => {
    const seen: unknown[] = [];
    let got: unknown;
    const source = new Subject<Say | Join>();
    const branch = (message$: Observable<unknown>) => message$;
    source
      .pipe(split('type', { say: branch, join: branch }))
      .subscribe({ next: (value) => seen.push(value), error: (error) => (got = error) });
    source.next(message as never);
    expect(got).toBeInstanceOf(CloseError);
    expect(got).toMatchObject({ code: 1008, reason: 'no branch for this type' });
    expect(seen).toEqual([]);
    expect(source.observed).toBe(false);
  });

  test('drops messages of a branch that has completed while others go on', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot<Say | Join>('-s-s-j-|', messages);
      const expected = '              -a---b-|';
      const result = source.pipe(split('type', { say: (say$) => say$.pipe(texts, take(1)), join: rooms }));
      expectObservable(result).toBe(expected, { a: 'hi', b: 7 });
    });
  });

  test('gives the branches nothing once the result is unsubscribed', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<Say | Join>('-s-s-s-', messages);
      const unsub = '                 ---!   ';
      const subs = '                  ^--!   ';
      const expected = '              -a-    ';
      const result = source.pipe(split('type', { say: texts, join: rooms }));
      expectObservable(result, unsub).toBe(expected, { a: 'hi' });
      expectSubscriptions(source.subscriptions).toBe(subs);
    });

    const source = new Subject<Say | Join>();
    const seen: unknown[] = [];
    const say = (say$: Observable<Say>) => {
      say$.subscribe((value) => seen.push(value));
      return say$;
    };
    const subscription = source.pipe(split('type', { say, join: rooms })).subscribe();
    source.next({ type: 'say', text: 'before' });
    subscription.unsubscribe();
    source.next({ type: 'say', text: 'after' });
    expect(seen).toEqual([{ type: 'say', text: 'before' }]);
  });

  test('unsubscribes the branches with the result', () => {
    const ended: string[] = [];
    const branch = (name: string) => (message$: Observable<unknown>) =>
      message$.pipe(
        finalize(() => ended.push(name)),
        ignoreElements(),
      );
    new Subject<Say | Join>()
      .pipe(split('type', { say: branch('say'), join: branch('join') }))
      .subscribe()
      .unsubscribe();
    expect(ended).toEqual(['say', 'join']);
  });

  test('stops a synchronous source when the result ends', () => {
    let produced = 0;
    const source = new Observable<Say | Join>((subscriber) => {
      while (!subscriber.closed) {
        produced += 1;
        subscriber.next({ type: 'join', room: produced });
      }
    });
    const seen: number[] = [];
    source.pipe(split('type', { say: () => NEVER, join: rooms }), take(3)).subscribe((room) => seen.push(room));
    expect(seen).toEqual([1, 2, 3]);
    expect(produced).toBe(3);
  });

  test('keeps its state per subscription', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold<Say | Join>('-s-t-|', messages);
      const result = source.pipe(
        split('type', { say: (say$) => say$.pipe(map(({ text }, index) => `${text}${index}`)), join: rooms }),
      );
      expectObservable(result).toBe(' -a-b-|    ', { a: 'hi0', b: 'ho1' });
      expectObservable(result, '-----^').toBe('------a-b-|', { a: 'hi0', b: 'ho1' });
    });
  });

  test('emits what a branch starts with before the source is subscribed', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot<Say | Join>('-s-|', messages);
      const expected = '              wa-|';
      const result = source.pipe(split('type', { say: (say$) => say$.pipe(texts, startWith('welcome')), join: rooms }));
      expectObservable(result).toBe(expected, { a: 'hi', w: 'welcome' });
    });
  });

  test('tells messages apart by numbers too', () => {
    type Op = { readonly op: 1; readonly text: string } | { readonly op: 2; readonly at: number };
    const seen: unknown[] = [];
    of<Op[]>({ op: 2, at: 3 }, { op: 1, text: 'x' })
      .pipe(
        split('op', {
          1: (text$) => text$.pipe(map(({ text }) => text)),
          2: (at$) => at$.pipe(map(({ at }) => at)),
        }),
      )
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual([3, 'x']);
  });
});
