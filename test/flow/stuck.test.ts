import { map, mergeMap, NEVER, type Observable, Subject, take, timer } from 'rxjs';
import { pacedMergeMap, toAsyncIterable } from 'sluice/operators';
import { describe, expect, test, vi } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { inVirtualTime, type Opened, pass, serveFake } from '../support/serve-fake.ts';
import { inWork } from '../support/working.ts';

inVirtualTime();

const marks = { highWater: 2, lowWater: 1, stallTimeout: 30_000 };

async function working(
  project: (text: unknown) => Observable<unknown>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Opened & { stuck: () => unknown[] }> {
  const opened = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(project)), { ...marks, ...options });
  await pass();
  const stuck = (): unknown[] => opened.eventsOf('stuck').map((event) => [event.inWork, event.waiting]);
  return Object.assign(opened, { stuck });
}

describe('work that does not end', () => {
  test('raises stuck once, stallTimeout after it began to hold back input', async () => {
    const { socket, channel, stuck, events, records } = await working(() => NEVER);
    socket.delivers('a', 'b');
    await pass(100_000);
    socket.delivers('c');
    await pass(29_999);
    expect(stuck()).toEqual([]);
    await pass(1);
    expect(stuck()).toEqual([[2, 1]]);
    expect(events.at(-1)).toEqual({ type: 'stuck', channel, inWork: 2, waiting: 1 });
    await pass(1_000_000);
    expect(stuck()).toHaveLength(1);
    expect(records).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves the channel as it is: when it ends after all, input goes on', async () => {
    const done = new Subject<string>();
    const { socket, stuck } = await working(() => done.pipe(take(1)));
    socket.delivers('a', 'b', 'c');
    await pass(30_000);
    expect(stuck()).toEqual([[2, 1]]);
    done.next('done');
    await pass();
    expect(socket.sent).toEqual(['done', 'done']);
    done.next('again');
    await pass();
    expect(socket.sent).toEqual(['done', 'done', 'again']);
    expect(socket.log.filter((entry) => !entry.startsWith('send'))).toEqual(['pause', 'resume']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('raises stuck again when input was free meanwhile', async () => {
    const done = new Subject<string>();
    const { socket, stuck } = await working(() => done.pipe(take(1)));
    for (let i = 0; i < 2; i++) {
      socket.delivers('a', 'b', 'c');
      await pass(30_000);
      done.next('done');
      await pass();
      done.next('done');
      await pass();
    }
    expect(stuck()).toHaveLength(2);
  });

  test('raises stuck again when some of it has ended and the rest holds input back on', async () => {
    const { socket, stuck } = await working((text) => (text === 'a' ? timer(40_000).pipe(map(String)) : NEVER), {
      highWater: 3,
      lowWater: 1,
    });
    socket.delivers('a', 'b', 'c', 'd');
    await pass(30_000);
    expect(stuck()).toEqual([[3, 1]]);
    await pass(40_000);
    expect(stuck()).toEqual([
      [3, 1],
      [2, 1],
    ]);
    await pass(1_000_000);
    expect(stuck()).toHaveLength(2);
  });

  test('leaves no timer after the end of the channel', async () => {
    const ends: ReadonlyArray<(opened: Opened) => void> = [
      ({ socket }) => socket.vanishes(),
      ({ channel }) => channel.close(),
      ({ channel }) => channel.out.complete(),
      ({ channel }) => channel.out.error(new Error('failed')),
    ];
    for (const end of ends) {
      const opened = await working(() => NEVER, { linger: 0 });
      opened.socket.delivers('a', 'b', 'c');
      await pass(1_000);
      end(opened);
      opened.socket.vanishes();
      await pass();
      expect(opened.records).toHaveLength(1);
      expect(vi.getTimerCount()).toBe(0);
      await pass(100_000);
      expect(opened.stuck()).toEqual([]);
    }
  });
});

describe('stuck is not raised', () => {
  test('when work ends now and then, however slowly input goes on', async () => {
    const slow = (text: unknown): Observable<unknown> => timer(29_000 * Number(text)).pipe(map(() => text));
    const { socket, stuck } = await working(slow, { highWater: 10, lowWater: 0 });
    socket.delivers(...Array.from({ length: 12 }, (_, i) => String(i + 1)));
    await pass(29_000 * 30);
    expect(stuck()).toEqual([]);
    expect(socket.sent).toHaveLength(12);
  });

  test('when nothing waits', async () => {
    const { socket, stuck } = await working(() => NEVER);
    socket.delivers('a', 'b');
    await pass(1_000_000);
    expect(stuck()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('when nobody subscribes to what waits, or the handler has not settled', async () => {
    const unread = serveFake(() => NEVER, marks);
    const unsettled = serveFake(() => new Promise(() => {}), marks);
    await pass();
    for (const { socket } of [unread, unsettled]) socket.delivers('a', 'b', 'c');
    await pass(1_000_000);
    for (const opened of [unread, unsettled]) expect(opened.eventsOf('stuck')).toEqual([]);
  });

  test('when the own output holds back the input', async () => {
    const opened = serveFake(({ in$ }) => in$, { ...marks, outHighWater: 4, outLowWater: 0 });
    await pass();
    opened.socket.reads = false;
    opened.socket.delivers('123456', 'b', 'c');
    for (let i = 0; i < 5; i++) {
      await pass(29_000);
      opened.socket.takes(1);
    }
    expect(opened.log).toEqual(['send 123456', 'pause']);
    expect(opened.eventsOf('stuck')).toEqual([]);
    expect(opened.records).toEqual([]);
  });

  test('when a loop that is pulled waits for the own output', async () => {
    async function* handle({ in$ }: ServerChannel): AsyncGenerator<unknown> {
      for await (const text of toAsyncIterable(in$)) yield text;
    }
    const opened = serveFake(handle as never, { ...marks, outHighWater: 4, outLowWater: 0 });
    await pass();
    opened.socket.reads = false;
    opened.socket.delivers('123456', 'b', 'c', 'd');
    await pass();
    for (let i = 0; i < 5; i++) {
      await pass(29_000);
      opened.socket.takes(1);
    }
    expect(inWork(opened.channel)).toBe(2);
    expect(opened.records).toEqual([]);
    expect(opened.eventsOf('stuck')).toEqual([]);
  });

  test('for operators of RxJS, which count nothing', async () => {
    const opened = serveFake(({ in$ }) => in$.pipe(mergeMap(() => NEVER)), marks);
    await pass();
    opened.socket.delivers(...Array<string>(100).fill('x'));
    await pass(1_000_000);
    expect([opened.eventsOf('stuck'), opened.log]).toEqual([[], []]);
  });
});
