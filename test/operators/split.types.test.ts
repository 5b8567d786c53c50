import { EMPTY, ignoreElements, map, type Observable, of, Subject } from 'rxjs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { split } from '../../src/operators/split.ts';

type Say = { readonly type: 'say'; readonly text: string };
type Join = { readonly type: 'join'; readonly room: number };

const in$: Observable<Say | Join> = new Subject<Say | Join>();

describe('the types of split', () => {
  test('narrow each branch and join the outputs, without an annotation', () => {
    const result = in$.pipe(
      split('type', {
        say: (say$) => {
          expectTypeOf(say$).toEqualTypeOf<Observable<Say>>();
          return say$.pipe(map(({ text }) => ({ said: text })));
        },
        join: (join$) => join$.pipe(map(({ room }) => room)),
      }),
    );
    expectTypeOf(result).toEqualTypeOf<Observable<{ said: string } | number>>();
  });

  test('leave out a branch that emits nothing', () => {
    const result = in$.pipe(
      map((message) => message),
      split('type', { say: (say$) => say$, join: (join$) => join$.pipe(ignoreElements()) }),
      map((say) => say.text),
    );
    expectTypeOf(result).toEqualTypeOf<Observable<string>>();
  });

  test('narrow by numbers', () => {
    type Op = { readonly op: 1; readonly text: string } | { readonly op: 2; readonly at: Date };
    const result = new Subject<Op>().pipe(
      split('op', { 1: (text$) => text$.pipe(map(({ text }) => text)), 2: (at$) => at$.pipe(map(({ at }) => at)) }),
    );
    expectTypeOf(result).toEqualTypeOf<Observable<string | Date>>();
  });

  test('give a member with several values to the branch of each', () => {
    type Up = { readonly type: 'up' | 'down'; readonly by: number };
    const result = new Subject<Up | Say>().pipe(
      split('type', {
        up: (up$) => up$.pipe(map(({ by }) => by)),
        down: (down$) => down$.pipe(map(({ by }) => -by)),
        say: (say$) => say$.pipe(map(({ text }) => text)),
      }),
    );
    expectTypeOf(result).toEqualTypeOf<Observable<number | string>>();
  });

  test('refuse what is wrong', () => {
    const wrong = (): void => {
      // @ts-expect-error the branch join is missing
      in$.pipe(split('type', { say: (say$) => say$ }));
      // @ts-expect-error there is no message of the type leave
      in$.pipe(split('type', { say: (say$) => say$, join: (join$) => join$, leave: () => EMPTY }));
      // @ts-expect-error not all messages have a text
      in$.pipe(split('text', {}));
      // @ts-expect-error a branch answers an Observable
      in$.pipe(split('type', { say: () => 'hi', join: (join$) => join$ }));
      // @ts-expect-error the message of this branch has no text
      in$.pipe(split('type', { say: (say$) => say$, join: (join$) => join$.pipe(map(({ text }) => text)) }));
      // @ts-expect-error the branch takes another message
      in$.pipe(split('type', { say: (say$: Observable<Join>) => say$, join: () => of(1) }));
    };
    expect(wrong).toBeTypeOf('function');
  });
});
