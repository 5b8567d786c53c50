import { concatMap, finalize, NEVER, Subject } from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

describe('linger', () => {
  const slow = (text: unknown): Promise<unknown> => new Promise((resolve) => setTimeout(() => resolve(text), 1_000));

  test('does not run when nothing is in work: the stream is unsubscribed at once', async () => {
    const stopped = vi.fn();
    const { socket } = serveFake(() => NEVER.pipe(finalize(stopped)), { linger: 5_000 });
    await pass();
    socket.closes();
    expect(stopped).toHaveBeenCalledOnce();
    socket.vanishes();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('lets an asynchronous decode finish, so that what was received is processed', async () => {
    const seen: unknown[] = [];
    const codec = { kind: 'text' as const, decode: slow, encode: (text: string) => text };
    const { socket, records } = serveFake(({ in$ }) => void in$.subscribe((text) => seen.push(text)), { codec });
    await pass();
    socket.delivers('a', 'b');
    socket.leaves();
    await pass(1_999);
    expect([seen, records]).toEqual([['a'], []]);
    await pass(1);
    expect(seen).toEqual(['a', 'b']);
    expect(records).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('gives up what waits when it has passed', async () => {
    const seen: unknown[] = [];
    const codec = { kind: 'text' as const, decode: slow, encode: (text: string) => text };
    const opened = serveFake(({ in$ }) => void in$.subscribe((text) => seen.push(text)), { codec, linger: 1_500 });
    await pass();
    opened.socket.delivers('a', 'b', 'c');
    opened.socket.leaves();
    await pass(1_499);
    expect(opened.records).toEqual([]);
    await pass(1);
    expect(opened.records).toHaveLength(1);
    // The one that was being decoded, and the one behind it.
    expect(opened.dropped).toEqual(['in ended 2']);
    await pass(5_000);
    expect(seen).toEqual(['a']);
  });

  test('runs while an asynchronous handler has not settled, and no longer', async () => {
    const settled = new Subject<void>();
    const opened = serveFake(async ({ in$ }) => {
      await new Promise<void>((resolve) => settled.subscribe(() => resolve()));
      return in$.pipe(concatMap(async (text) => text));
    });
    opened.socket.delivers('a');
    await pass();
    opened.socket.leaves();
    await pass(4_999);
    expect(opened.records).toEqual([]);
    settled.next();
    await pass();
    expect(opened.records).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends a handler that never settles', async () => {
    const { channel, socket, records } = serveFake(() => new Promise<void>(() => {}), { linger: 5_000 });
    await pass();
    channel.close(4000);
    expect(channel.signal.aborted).toBe(false);
    await pass(5_000);
    expect(channel.signal.aborted).toBe(true);
    expect(socket.log).toEqual(['close 4000']);
    socket.leaves();
    expect(records).toMatchObject([{ code: 4000, clean: true }]);
  });

  test('of 0 gives up at once', async () => {
    const { channel, socket } = serveFake(() => new Promise<void>(() => {}), { linger: 0 });
    channel.close();
    await pass();
    expect(socket.log).toEqual(['close 1000']);
  });

  test('sends what the work in flight puts out after close(), and then Close', async () => {
    const { channel, socket } = serveFake(async ({ out }) => {
      await slow('');
      out.next('last words');
    });
    await pass();
    channel.close(4000);
    expect(socket.log).toEqual([]);
    await pass(1_000);
    expect(socket.log).toEqual(['send last words', 'close 4000']);
  });

  test('counts what the work in flight puts out when the connection is gone meanwhile', async () => {
    const opened = serveFake(async ({ out }) => {
      await slow('');
      out.next('last words');
    });
    await pass();
    opened.channel.close(4000);
    opened.socket.vanishes();
    const accepted: unknown[] = [];
    opened.channel.out.subscribe((text) => accepted.push(text));
    await pass(1_000);
    expect(accepted).toEqual([]);
    expect(opened.dropped).toEqual(['out late 1']);
    expect(opened.record).toEqual({ code: 4000, reason: '', clean: false, by: 'handler' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('bounds an asynchronous encode that never ends', async () => {
    const codec = {
      kind: 'text' as const,
      decode: (text: string) => text,
      encode: () => new Promise<string>(() => {}),
    };
    for (const end of [
      (channel: ServerChannel) => channel.close(),
      (channel: ServerChannel) => channel.out.complete(),
    ]) {
      const opened = serveFake(() => {}, { codec, linger: 5_000 });
      await pass();
      opened.channel.out.next('never encoded');
      end(opened.channel);
      await pass(4_999);
      expect(opened.log).toEqual([]);
      await pass(1);
      expect(opened.log).toEqual(['close 1000']);
      opened.socket.leaves();
      expect(opened.dropped).toEqual(['out ended 1']);
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  test('leaves no stall timer when work ends after the connection has broken with bytes unsent', async () => {
    const { channel, socket, records } = serveFake(async () => void (await slow('')), { stallTimeout: 10_000 });
    await pass();
    socket.reads = false;
    channel.out.next('unsent');
    channel.close();
    socket.vanishes();
    await pass(1_000);
    expect(records).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
