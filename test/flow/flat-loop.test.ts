import { Subject, take } from 'rxjs';
import { mapAsync, pacedMergeMap, toAsyncIterable } from 'sluice/operators';
import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { inWork } from '../support/working.ts';

inVirtualTime();

describe('delivery is one flat loop', () => {
  /** Plays 100,000 queued messages, and sees how deep deliveries are nested. */
  const play = async (handle: (channel: ServerChannel) => void): Promise<void> => {
    const seen: number[] = [];
    const opened = serveFake(
      (channel) => {
        let depth = 0;
        channel.in$.subscribe(() => seen.push(++depth));
        handle(channel);
        channel.in$.subscribe(() => depth--);
      },
      { highWater: 2, lowWater: 1 },
    );
    opened.socket.delivers(...Array<string>(100_000).fill('x'));
    await pass(1_000);
    expect(seen).toHaveLength(100_000);
    expect(Math.max(...seen.slice(0, 50_000), ...seen.slice(50_000))).toBe(1);
    expect(opened.errors).toEqual([]);
    opened.socket.leaves();
    await pass();
    expect([inWork(opened.channel), opened.records.length]).toEqual([0, 1]);
  };

  test('for 100,000 messages whose work begins and ends inside the delivery', () =>
    play(({ in$ }) => {
      const done = new Subject<void>();
      in$.pipe(pacedMergeMap(() => done.pipe(take(1)))).subscribe();
      in$.subscribe(() => done.next());
    }));

  test('for 100,000 messages whose work ends inside the next delivery', () =>
    play(({ in$ }) => {
      in$.pipe(pacedMergeMap(() => in$.pipe(take(1)))).subscribe();
    }));

  test('for 100,000 messages whose work ends in a microtask', () =>
    play(({ in$ }) => {
      in$.pipe(mapAsync(async (text) => text)).subscribe();
    }));

  test('for 100,000 messages that a loop takes one by one', () =>
    play(({ in$ }) => {
      void (async () => {
        for await (const text of toAsyncIterable(in$)) expect(text).toBe('x');
      })();
    }));
});

describe('a payload that comes in the middle of a delivery', () => {
  test('waits for its end, and is then delivered', async () => {
    const seen: string[] = [];
    const opened = serveFake(({ in$ }) => {
      in$.subscribe((text) => {
        seen.push(`begin ${text}`);
        // As a socket in memory does, whose peer answers at once.
        if (text === 'a') opened.socket.delivers('b', 'c');
        seen.push(`end ${text}`);
      });
    });
    await pass();
    opened.socket.delivers('a');
    expect(seen).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
    opened.socket.delivers('d');
    expect(seen.at(-1)).toBe('end d');
  });
});
