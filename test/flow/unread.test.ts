import { ignoreElements, NEVER } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

const numbers = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => String(from + i));

describe('while nobody subscribes', () => {
  const slow = { kind: 'text', decode: (text: string) => sleep(text), encode: (text: string) => text };
  const sleep = (text: string): Promise<string> => new Promise((resolve) => setTimeout(() => resolve(text), 60));

  test('a message whose subscriber left while it was being decoded waits for the next, before all others', async () => {
    const opened = serveFake(() => NEVER, { codec: slow });
    await pass();
    const first = opened.channel.in$.subscribe();
    opened.socket.delivers('a', 'b');
    await pass(30);
    first.unsubscribe();
    await pass(60);
    const seen: unknown[] = [];
    opened.channel.in$.subscribe((text) => seen.push(text));
    await pass(100);
    expect(seen).toEqual(['a', 'b']);
    expect(opened.dropped).toEqual([]);
  });

  test('a decoded message that nobody takes until the end is counted', async () => {
    const opened = serveFake(() => NEVER, { codec: slow, linger: 100 });
    await pass();
    const first = opened.channel.in$.subscribe();
    opened.socket.delivers('a');
    first.unsubscribe();
    await pass(60);
    opened.socket.leaves();
    await pass(100);
    expect(opened.records).toHaveLength(1);
    expect(opened.dropped).toEqual(['in unread 1']);
  });

  test('the peer is never held back; above highWater the oldest is discarded, told in one event', async () => {
    const opened = serveFake(() => NEVER, { highWater: 4, lowWater: 1 });
    await pass();
    opened.socket.delivers(...numbers(0, 10));
    expect(opened.log).toEqual([]);
    expect(opened.dropped).toEqual([]);
    const seen: unknown[] = [];
    opened.channel.in$.subscribe((text) => seen.push(text));
    await pass();
    expect(seen).toEqual(['6', '7', '8', '9']);
    expect(opened.dropped).toEqual(['in unread 6']);
  });

  test('above 64 KiB the oldest is discarded, but for the last message', async () => {
    const opened = serveFake(() => NEVER);
    await pass();
    opened.socket.delivers('a'.repeat(40_000), 'b'.repeat(40_000), 'c'.repeat(20_000), 'd'.repeat(100_000));
    const seen: string[] = [];
    opened.channel.in$.subscribe((text) => seen.push((text as string).slice(0, 1)));
    await pass();
    expect(seen).toEqual(['d']);
    expect(opened.dropped).toEqual(['in unread 3']);
  });

  test('what is left when the peer leaves is counted, and nobody waits for it', async () => {
    const opened = serveFake(() => NEVER, { highWater: 4, lowWater: 1, linger: 5_000 });
    await pass();
    opened.socket.delivers(...numbers(0, 6));
    opened.socket.leaves();
    await pass();
    expect(opened.records).toHaveLength(1);
    expect(opened.dropped).toEqual(['in unread 6']);
  });

  test('a handler that only sends goes on sending', async () => {
    const { channel, socket } = serveFake(() => NEVER, { highWater: 4, lowWater: 1 });
    await pass();
    for (let i = 0; i < 100; i++) {
      socket.delivers('x');
      channel.out.next(String(i));
    }
    expect(socket.log).toHaveLength(100);
  });

  test('a handler that has discarded its input is no loss', async () => {
    const opened = serveFake(({ in$ }) => in$.pipe(ignoreElements()), { highWater: 4, lowWater: 1 });
    await pass();
    opened.socket.delivers(...numbers(0, 10));
    opened.socket.leaves();
    expect(opened.dropped).toEqual([]);
  });
});
