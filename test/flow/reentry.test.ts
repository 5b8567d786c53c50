import { catchError, EMPTY, type Observable, type Subscription, take, tap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

describe('a handler that acts in the middle of a delivery', () => {
  test('may close: the other subscribers still get this message, nobody gets the next', async () => {
    const seen: unknown[] = [];
    const opened = serveFake((channel) => {
      channel.in$.subscribe(() => channel.close(4000));
      channel.in$.subscribe({ next: (text) => seen.push(text), complete: () => seen.push('end') });
    });
    await pass();
    opened.socket.delivers('a', 'b');
    expect(seen).toEqual(['a', 'end']);
    expect(opened.log).toEqual(['close 4000']);
    opened.socket.leaves();
    expect(opened.dropped).toEqual(['in ended 1']);
  });

  test('may unsubscribe itself and others', async () => {
    const seen: unknown[] = [];
    const subscriptions: Subscription[] = [];
    const { socket } = serveFake(({ in$ }) => {
      for (const name of ['first', 'second', 'third']) {
        const next = (text: unknown): void => {
          seen.push(`${name} ${text}`);
          if (name === 'first') for (const subscription of subscriptions.slice(0, 2)) subscription.unsubscribe();
        };
        subscriptions.push(in$.subscribe(next));
      }
    });
    await pass();
    socket.delivers('a', 'b');
    expect(seen).toEqual(['first a', 'third a', 'third b']);
  });

  test('may subscribe: it gets what comes next, not this', async () => {
    const seen: unknown[] = [];
    const { socket } = serveFake(({ in$ }) => {
      in$.pipe(take(1)).subscribe(() => in$.subscribe((text) => seen.push(text)));
    });
    await pass();
    socket.delivers('a', 'b', 'c');
    await pass();
    expect(seen).toEqual(['b', 'c']);
  });

  test('may answer, and end with a stream of its own', async () => {
    const endOnBye = (in$: Observable<unknown>): Observable<unknown> =>
      in$.pipe(
        tap((text) => {
          if (text === 'bye') throw new Error('bye');
        }),
        catchError(() => EMPTY),
      );
    const { socket } = serveFake(({ in$ }) => endOnBye(in$));
    await pass();
    socket.delivers('a', 'bye', 'b');
    expect(socket.log).toEqual(['send a', 'close 1000']);
  });
});
