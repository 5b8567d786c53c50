import { BehaviorSubject, map, NEVER, Observable, type Observer, of, ReplaySubject, Subject, take, tap } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { through } from '../../src/operators/through.ts';

const marbles = (run: Parameters<TestScheduler['run']>[0]): void => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(run);
};

describe('through', () => {
  test('emits what it pushes and what others push, at once and in order', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot(' -a-----b-(cd)-|');
      const others = hot(' ---x-y---------');
      const subs = '       ^-------------!';
      const expected = '   -a-x-y-b-(cd)-|';
      const subject = new Subject<string>();
      others.subscribe(subject);
      expectObservable(source.pipe(through(subject))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  test('pushes into the subject for all who subscribe it', () => {
    const subject = new Subject<number>();
    const seen: string[] = [];
    subject.subscribe((value) => seen.push(`other ${value}`));
    of(1, 2)
      .pipe(through(subject))
      .subscribe((value) => seen.push(`own ${value}`));
    expect(seen).toEqual(['other 1', 'own 1', 'other 2', 'own 2']);
  });

  test('subscribes the subject before the source', () => {
    const seen: string[] = [];
    of('first')
      .pipe(through(new BehaviorSubject('current')))
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual(['current', 'first']);
  });

  test('completes with the source and leaves the subject open', () => {
    const subject = new Subject<number>();
    const seen: unknown[] = [];
    subject.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('complete') });
    let completed = false;
    of(1)
      .pipe(through(subject))
      .subscribe({ complete: () => (completed = true) });
    subject.next(2);
    expect(completed).toBe(true);
    expect(seen).toEqual([1, 2]);
  });

  test('errors with the source and leaves the subject open', () => {
    marbles(({ cold, hot, expectObservable }) => {
      const source = cold(' -a-#   ');
      const others = hot('  --x--y-');
      const expected = '    -ax#   ';
      const expectedTap = ' -ax--y-';
      const subject = new Subject<string>();
      others.subscribe(subject);
      expectObservable(source.pipe(through(subject))).toBe(expected);
      expectObservable(subject).toBe(expectedTap);
    });
  });

  test('ends with the subject and unsubscribes the source', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot(' -a-----b-');
      const ending = hot(' ----|    ');
      const failing = hot('----#    ');
      const subs = '       ^---!    ';
      const completed = new Subject<string>();
      ending.subscribe(completed);
      const failed = new Subject<string>();
      failing.subscribe(failed);
      expectObservable(source.pipe(through(completed))).toBe('-a--|');
      expectObservable(source.pipe(through(failed))).toBe('   -a--#');
      expectSubscriptions(source.subscriptions).toBe([subs, subs]);
    });
  });

  test('never subscribes the source when the subject has ended already', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-');
      const subject = new Subject<string>();
      subject.complete();
      expectObservable(source.pipe(through(subject))).toBe('|');
      expectSubscriptions(source.subscriptions).toBe([]);
    });
  });

  test('leaves the subject as it is when the result is unsubscribed', () => {
    const subject = new Subject<number>();
    const source = new Subject<number>();
    const subscription = source.pipe(through(subject)).subscribe();
    expect([source.observed, subject.observed]).toEqual([true, true]);
    subscription.unsubscribe();
    expect([source.observed, subject.observed]).toEqual([false, false]);
    expect([subject.closed, subject.isStopped]).toEqual([false, false]);
  });

  test('stops a synchronous source when the result ends', () => {
    let produced = 0;
    const source = new Observable<number>((subscriber) => {
      while (!subscriber.closed) subscriber.next(++produced);
    });
    const seen: number[] = [];
    source.pipe(through(new Subject<number>()), take(3)).subscribe((value) => seen.push(value));
    expect(seen).toEqual([1, 2, 3]);
    expect(produced).toBe(3);
  });

  test('errors when the subject throws', () => {
    const source = new Subject<number>();
    const subject = new Subject<number>();
    let got: unknown;
    source.pipe(through(subject)).subscribe({ error: (error) => (got = error) });
    subject.unsubscribe();
    source.next(1);
    expect(got).toMatchObject({ name: 'ObjectUnsubscribedError' });
    expect(source.observed).toBe(false);
  });

  test('keeps nothing between subscriptions', () => {
    const subject = new ReplaySubject<number>(1);
    const result = of(1, 2).pipe(through(subject));
    const runs = [0, 1].map(() => {
      const seen: number[] = [];
      result.subscribe((value) => seen.push(value));
      return seen;
    });
    expect(runs).toEqual([
      [1, 2],
      [2, 1, 2],
    ]);
  });

  test('goes through whatever takes one type and emits another', () => {
    class Shouter extends Observable<string> implements Pick<Observer<number>, 'next'> {
      readonly #numbers: Subject<number>;
      constructor() {
        const numbers = new Subject<number>();
        super((subscriber) => numbers.pipe(map((value) => `${value}!`)).subscribe(subscriber));
        this.#numbers = numbers;
      }
      next(value: number): void {
        this.#numbers.next(value);
      }
    }
    const seen: string[] = [];
    of(1)
      .pipe(
        through(new Shouter()),
        tap((value) => expectTypeOf(value).toEqualTypeOf<string>()),
      )
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual(['1!']);
  });

  test('has types that need no annotation and refuse what the subject does not take', () => {
    type Say = { readonly type: 'say' };
    type Join = { readonly type: 'join' };
    const room = new Subject<Say | Join>();
    expectTypeOf(of<Say>().pipe(through(room))).toEqualTypeOf<Observable<Say | Join>>();
    expectTypeOf(NEVER.pipe(through(new Subject<string>()))).toEqualTypeOf<Observable<string>>();
    const wrong = (): void => {
      // @ts-expect-error the room takes no numbers
      of(1).pipe(through(room));
      // @ts-expect-error an Observable takes nothing
      of(1).pipe(through(of(2)));
    };
    expect(wrong).toBeTypeOf('function');
  });
});
