import { describe, expect, test } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { toAsyncIterable } from '../../src/operators/to-async-iterable.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { loadOf } from './works.ts';

inVirtualTime();

const few = { highWater: 2, lowWater: 0 };

/** Answers each message in 10 ms. */
async function* shout({ in$ }: Channel): AsyncGenerator<string> {
  for await (const text of toAsyncIterable(in$)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    yield String(text).toUpperCase();
  }
}

describe('an async generator as a handler', () => {
  test('answers one message after the other, and stops reading while it is busy', async () => {
    const { channel, socket } = serveFake(shout, few);
    await pass();
    socket.delivers('a', 'b', 'c');
    await pass();
    expect(loadOf(channel)).toEqual([2, 1]);
    expect(socket.log).toEqual(['pause']);
    await pass(30);
    expect(socket.log).toEqual(['pause', 'send A', 'send B', 'resume', 'send C']);
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('finishes what was received when the peer leaves, and ends', async () => {
    const { socket, records, dropped } = serveFake(shout);
    await pass();
    socket.delivers('a', 'b');
    socket.leaves();
    await pass(19);
    expect(records).toHaveLength(0);
    await pass(5);
    expect(records).toMatchObject([{ code: 1000, by: 'peer' }]);
    expect(dropped).toEqual([]);
  });

  test('that breaks its loop and returns completes the channel', async () => {
    const { channel, socket } = serveFake(async function* ({ in$ }) {
      for await (const text of toAsyncIterable(in$)) {
        yield `${text}!`;
        break;
      }
    });
    await pass();
    socket.delivers('a', 'b');
    await pass();
    expect(socket.log).toEqual(['send a!', 'close 1000']);
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('that throws fails the channel and gives everything back', async () => {
    const { channel, socket, errors } = serveFake(async function* ({ in$ }) {
      for await (const text of toAsyncIterable(in$)) throw new Error(`body ${text}`);
      yield '';
    });
    await pass();
    socket.delivers('a', 'b');
    await pass();
    expect(socket.log).toEqual(['close 1011']);
    expect(errors).toMatchObject([{ message: 'body a' }]);
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('is stopped by a peer that does not read its answers, and with it the input', async () => {
    const { channel, socket } = serveFake(shout, { ...few, outHighWater: 1, outLowWater: 0 });
    socket.reads = false;
    await pass();
    socket.delivers('a', 'b', 'c', 'd');
    await pass(1_000);
    expect(socket.sent).toEqual(['A']);
    expect(loadOf(channel)).toEqual([2, 2]);
    socket.takes();
    await pass(1_000);
    expect(socket.sent).toEqual(['A', 'B']);
  });

  test('is told to stop when linger has passed', async () => {
    let stopped = false;
    const { socket, records, channel } = serveFake(
      async function* ({ in$ }) {
        try {
          for await (const text of toAsyncIterable(in$)) {
            yield String(text);
            await new Promise((resolve) => setTimeout(resolve, 2_000));
          }
        } finally {
          stopped = true;
        }
      },
      { linger: 1_000 },
    );
    await pass();
    socket.delivers('a', 'b');
    socket.leaves();
    await pass(1_000);
    expect(records).toHaveLength(1);
    await pass(5_000);
    expect(stopped).toBe(true);
    expect(loadOf(channel)).toEqual([0, 0]);
  });
});
