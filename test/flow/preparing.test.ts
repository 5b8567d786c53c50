import { toAsyncIterable } from 'sluice/operators';
import { describe, expect, test, vi } from 'vitest';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const texts = (count: number): string[] => Array.from({ length: count }, (_, number) => `${number}`);

describe('an async generator that prepares before it reads', () => {
  test('gets every message that came meanwhile; the socket is paused at highWater', async () => {
    const opened = serveFake(
      async function* ({ in$ }) {
        await sleep(300);
        for await (const text of toAsyncIterable(in$)) yield text;
      },
      { highWater: 4 },
    );
    const { socket } = opened;
    socket.delivers(...texts(10));
    await pass(299);
    expect(socket.log).toEqual(['pause']);
    await pass(100);
    expect(socket.sent).toEqual(texts(10));
    expect(opened.dropped).toEqual([]);
  });

  test('whose peer leaves with messages unread has linger to go on', async () => {
    const opened = serveFake(
      async function* () {
        await new Promise(() => {});
      },
      { linger: 1_000 },
    );
    await pass();
    opened.socket.delivers('a');
    opened.socket.leaves();
    await pass(999);
    expect(opened.records).toEqual([]);
    await pass(1);
    expect(opened.records).toHaveLength(1);
    expect(opened.dropped).toEqual(['in ended 1']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that has given a value and does not read is a handler that only sends', async () => {
    const { socket, log } = serveFake(
      async function* () {
        yield 'a';
        await new Promise(() => {});
      },
      { highWater: 4 },
    );
    await pass();
    socket.delivers(...texts(10));
    expect(log).toEqual(['send a']);
  });
});
