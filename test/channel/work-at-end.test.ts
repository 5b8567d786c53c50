import { map, type Observable, tap, timer } from 'rxjs';
import { pacedConcatMap, toAsyncIterable } from 'sluice/operators';
import { describe, expect, test, vi } from 'vitest';
import { shutdown } from '../../src/server/shutdown.ts';
import { inVirtualTime, type Opened, pass, serveFake } from '../support/serve-fake.ts';
import { inWork } from '../support/working.ts';

inVirtualTime();

describe('messages in work when the channel ends', () => {
  const work = (text: unknown): Observable<unknown> => timer(1_000).pipe(map(() => text));

  /** Each message takes a second, one after the other; notes what was done. */
  async function working(options: Readonly<Record<string, unknown>> = {}): Promise<Opened & { done: unknown[] }> {
    const done: unknown[] = [];
    const opened = serveFake(
      ({ in$ }) =>
        in$.pipe(
          pacedConcatMap(work),
          tap((text) => done.push(text)),
        ),
      options,
    );
    await pass();
    return Object.assign(opened, { done });
  }

  test('that wait for the flow are processed as well when the connection breaks', async () => {
    const opened = await working({ highWater: 2, lowWater: 1 });
    opened.socket.delivers('a', 'b', 'c', 'd');
    opened.socket.vanishes();
    await pass(4_000);
    expect(opened.done).toEqual(['a', 'b', 'c', 'd']);
    expect(opened.records).toMatchObject([{ code: 1006, by: 'transport' }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('are processed by a generator that waited for a peer which read none of its answers', async () => {
    const done: unknown[] = [];
    const opened = serveFake(
      async function* ({ in$ }) {
        for await (const text of toAsyncIterable(in$)) {
          done.push(text);
          yield text;
        }
      },
      { outHighWater: 4, outLowWater: 0 },
    );
    opened.socket.reads = false;
    await pass();
    opened.socket.delivers('123456', 'b', 'c', 'd');
    await pass(1_000);
    expect(done).toEqual(['123456']);
    opened.socket.vanishes();
    await pass(10);
    expect(done).toEqual(['123456', 'b', 'c', 'd']);
    expect(opened.records).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('are none of an endless generator: it is asked for nothing more when its peer has left', async () => {
    let asked = 0;
    const opened = serveFake(
      function* () {
        for (;;) yield `${asked++}`;
      },
      { outHighWater: 4, outLowWater: 0 },
    );
    opened.socket.reads = false;
    await pass();
    const before = asked;
    opened.socket.vanishes();
    await pass(10_000);
    expect(asked).toBe(before);
  });

  test('are given up after linger: the stream is unsubscribed and what waits is counted', async () => {
    const opened = await working({ highWater: 2, lowWater: 1, linger: 1_500 });
    opened.socket.delivers('a', 'b', 'c', 'd', 'e');
    opened.socket.vanishes();
    await pass(1_499);
    expect(opened.records).toEqual([]);
    await pass(1);
    expect(opened.done).toEqual(['a']);
    expect(opened.records).toHaveLength(1);
    expect(opened.dropped).toEqual(['out late 1', 'in unfinished 2', 'in ended 2']);
    expect([inWork(opened.channel), vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('are finished after close(), and their output is sent before Close; those that wait are not begun', async () => {
    const opened = await working({ highWater: 2, lowWater: 1 });
    opened.socket.delivers('a', 'b', 'c');
    opened.channel.close(4000);
    await pass(2_000);
    expect(opened.log).toEqual(['pause', 'resume', 'send a', 'send b', 'close 4000']);
    opened.socket.leaves();
    expect(opened.dropped).toEqual(['in ended 1']);
  });

  test('hold back the end no longer than they take, whoever works on them', async () => {
    const opened = serveFake(({ in$, out }) => {
      void (async () => {
        for await (const text of toAsyncIterable(in$)) {
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          out.next(text);
        }
      })();
    });
    await pass();
    opened.socket.delivers('a', 'b');
    opened.channel.close();
    await pass(1_999);
    expect(opened.log).toEqual(['send a']);
    await pass(1);
    expect(opened.log).toEqual(['send a', 'send b', 'close 1000']);
  });

  test('are finished when the app closes, and their output is sent, those that wait too', async () => {
    const opened = await working({ highWater: 2, lowWater: 1, linger: 60_000 });
    opened.socket.answers = true;
    opened.socket.delivers('a', 'b', 'c');
    let over = false;
    void shutdown(opened.app.core, { grace: 10_000 }).then(() => {
      over = true;
    });
    await pass(2_999);
    expect([opened.done, over]).toEqual([['a', 'b'], false]);
    await pass(1);
    expect(opened.socket.sent).toEqual(['a', 'b', 'c']);
    expect(opened.log.at(-1)).toBe('close 1001');
    expect(opened.records).toEqual([{ code: 1001, reason: '', clean: true, by: 'server' }]);
    expect([over, vi.getTimerCount()]).toEqual([true, 0]);
  });
});
