import { EMPTY, NEVER, Observable, of, repeat, retry, Subject, share, take, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { both, bothOfEachKind, marbles } from './both.ts';

// Without a delivery context the paced operators are RxJS's own. One suite, run over both.

describe.each(bothOfEachKind)('%s', (_name, map) => {
  test('completes when the source completes and nothing runs', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('---|').pipe(map(() => NEVER))).toBe('---|');
      expectObservable(cold('-a-|').pipe(map(() => EMPTY))).toBe('---|');
    });
  });

  test('completes with the last inner stream when the source has completed', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-|      ');
      const inner = cold('  --x---y-|');
      const subs = '       ^--!      ';
      const innerSubs = '  -^-------!';
      const expected = '   ---x---y-|';
      expectObservable(source.pipe(map(() => inner))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
      expectSubscriptions(inner.subscriptions).toBe(innerSubs);
    });
  });

  test('never completes when an inner stream never does, or the source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const inner = cold(' --');
      expectObservable(cold('-a-|').pipe(map(() => inner))).toBe('----');
      expectSubscriptions(inner.subscriptions).toBe('-^');
      expectObservable(cold('-a--').pipe(map(() => of('x')))).toBe('-x--');
    });
  });

  test('errors with the source, and unsubscribes what runs', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-a---#  ');
      const inner = cold('  -x-y-z');
      const innerSubs = '  -^---!  ';
      const expected = '   --x-y#  ';
      expectObservable(source.pipe(map(() => inner))).toBe(expected);
      expectSubscriptions(inner.subscriptions).toBe(innerSubs);
    });
  });

  test('errors with an inner stream, and unsubscribes the source', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-------|');
      const inner = cold('  -x-#    ');
      const subs = '       ^---!    ';
      const expected = '   --x-#    ';
      expectObservable(source.pipe(map(() => inner))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  test('errors with what project throws', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-|');
      const result = source.pipe(
        map((value) => {
          if (value === 'b') throw 'error';
          return of(value);
        }),
      );
      expectObservable(result).toBe('         -a-#  ');
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  test('unsubscribes the source and what runs with the result', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-a------|');
      const inner = cold(' --x--y--z');
      const unsub = '     -----!   ';
      const subs = '      ^----!   ';
      const innerSubs = ' -^---!   ';
      const expected = '  ---x--   ';
      expectObservable(source.pipe(map(() => inner)), unsub).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
      expectSubscriptions(inner.subscriptions).toBe(innerSubs);
    });
  });

  test('gives each value an index, from 0 in each subscription', () => {
    marbles(({ cold, expectObservable }) => {
      const result = cold('-a-b-|').pipe(map((value, index) => of(`${value}${index}`)));
      const values = { x: 'a0', y: 'b1' };
      expectObservable(result).toBe('         -x-y-|', values);
      expectObservable(result, '---^').toBe(' ----x-y-|', values);
    });
  });

  test('keeps its state per subscription: retry, repeat and share', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const failing = cold('-a-#     ');
      const ending = cold(' -a-|     ');
      const inner = cold('   x|      ');
      const project = map(() => inner);
      expectObservable(failing.pipe(project, retry(1))).toBe('-x--x-#');
      expectSubscriptions(failing.subscriptions).toBe(['^--!', '---^--!']);
      expectObservable(ending.pipe(project, repeat(2))).toBe('-x--x-|');
      const shared = cold('-a-a-|').pipe(project, share());
      expectObservable(shared).toBe('       -x-x-|');
      expectObservable(shared, '--^').toBe('---x-|');
    });
  });

  test('leaves an inner stream that subscribes again to itself', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const inner = cold('x-#');
      const result = cold('-a------|').pipe(map(() => inner.pipe(retry(1))));
      expectObservable(result).toBe('-x-x-#');
      expectSubscriptions(inner.subscriptions).toBe(['-^-!', '---^-!']);
    });
  });

  test('passes on what synchronous inner streams give', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a---b---|');
      const expected = '   -(aa)(bb)|';
      expectObservable(source.pipe(map((value) => of(value, value)))).toBe(expected);
    });
  });

  test('ends a synchronous inner stream without an end by take', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-|');
      const endless = map(function* (value: string) {
        for (;;) yield value;
      });
      expectObservable(source.pipe(endless, take(3))).toBe('-(aaa|)');
      expectSubscriptions(source.subscriptions).toBe('      ^!');
    });
  });

  test('errors with an inner stream that errors at once', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-|');
      expectObservable(source.pipe(map(() => throwError(() => 'error')))).toBe('-#');
      expectSubscriptions(source.subscriptions).toBe('^!');
    });
  });
});

describe.each(both)('%s', (_name, maps) => {
  test('concatMap runs one inner stream at a time, in order', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-ab--------c-|     ');
      const inner = cold(' ---x|             ');
      const subs = '      ^------------!     ';
      const first = '     -^---!             ';
      const second = '    -----^---!         ';
      const third = '     -----------^---!   ';
      const expected = '  ----x---x-----x|   ';
      expectObservable(source.pipe(maps.concat(() => inner))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
      expectSubscriptions(inner.subscriptions).toBe([first, second, third]);
    });
  });

  test('mergeMap runs all inner streams at once', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-ab----c|       ');
      const inner = cold(' ---x---y|      ');
      const first = '     -^-------!      ';
      const second = '    --^-------!     ';
      const third = '     -------^-------!';
      const expected = '  ----xx--yyx---y|';
      expectObservable(source.pipe(maps.merge(() => inner))).toBe(expected);
      expectSubscriptions(inner.subscriptions).toBe([first, second, third]);
    });
  });

  test('mergeMap runs at most so many at a time; further values wait in order', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-(abcd)|     ');
      const a = cold('     -----a|     ');
      const b = cold('     --b|        ');
      const c = cold('        ------c| ');
      const d = cold('           --d|  ');
      const subs = '      ^------!     ';
      const subsOfA = '   -^-----!     ';
      const subsOfB = '   -^--!        ';
      const subsOfC = '   ----^------! ';
      const subsOfD = '   -------^--!  ';
      const expected = '  ---b--a--dc| ';
      const inners: Record<string, typeof a> = { a, b, c, d };
      expectObservable(source.pipe(maps.merge((value) => inners[value] ?? EMPTY, 2))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
      expectSubscriptions(a.subscriptions).toBe(subsOfA);
      expectSubscriptions(b.subscriptions).toBe(subsOfB);
      expectSubscriptions(c.subscriptions).toBe(subsOfC);
      expectSubscriptions(d.subscriptions).toBe(subsOfD);
    });
  });

  test.each([0, -1, Number.NaN])(
    'mergeMap with a concurrency of %s runs nothing and never completes',
    (concurrency) => {
      marbles(({ cold, expectObservable }) => {
        const result = cold('-a-b-|').pipe(maps.merge(() => of('x'), concurrency));
        expectObservable(result).toBe('------');
      });
    },
  );

  test('switchMap runs the inner stream of the newest value only', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-a---b----------|');
      const inner = cold(' ---x---y|       ');
      const first = '     -^---!          ';
      const second = '    -----^-------!  ';
      const expected = '  ----x---x---y---|';
      expectObservable(source.pipe(maps.switch(() => inner))).toBe(expected);
      expectSubscriptions(inner.subscriptions).toBe([first, second]);
    });
  });

  test('switchMap lets the inner stream go before project is called', () => {
    const log: string[] = [];
    const running = (value: string): Observable<never> =>
      new Observable(() => {
        log.push(`subscribe ${value}`);
        return () => log.push(`unsubscribe ${value}`);
      });
    const source = new Subject<string>();
    const project = maps.switch((value: string) => {
      log.push(`project ${value}`);
      return running(value);
    });
    source.pipe(project).subscribe();
    source.next('a');
    source.next('b');
    expect(log).toEqual(['project a', 'subscribe a', 'unsubscribe a', 'project b', 'subscribe b']);
  });
});
