import { describe, expect, test, vi } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { systemClock } from '../../src/edge/clock.ts';
import { FakeSocket } from '../support/fake-socket.ts';
import { FakeApp, inVirtualTime, type Opened, pass, routeOf, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

/** A source that counts what was taken of it and notes when it was told to stop. */
class Source {
  taken = 0;
  stopped = 0;
  readonly #size: number;
  readonly #length: number;

  constructor(size: number = Number.POSITIVE_INFINITY, length = 4) {
    this.#size = size;
    this.#length = length;
  }

  *iterate(): Generator<string> {
    try {
      while (this.taken < this.#size) yield String(++this.taken).padStart(this.#length, '0');
    } finally {
      this.stopped++;
    }
  }

  async *iterateSlowly(): AsyncGenerator<string> {
    yield* this.iterate();
  }

  stream(): ReadableStream<string> {
    const iterator = this.iterate();
    return new ReadableStream(
      {
        pull: (controller) => {
          const { done, value } = iterator.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: () => void iterator.return(undefined),
      },
      { highWaterMark: 0 },
    );
  }
}

/** Serves a peer that does not read: three messages of four bytes saturate the channel. */
function serveDeaf(handler: (channel: ServerChannel) => unknown): Opened {
  const socket = new FakeSocket();
  socket.reads = false;
  return new FakeApp([routeOf(handler, { outHighWater: 10, outLowWater: 4 })]).open(socket);
}

const kinds: Readonly<Record<string, (source: Source) => unknown>> = {
  'a generator': (source) => source.iterate(),
  'an iterable': (source) => ({ [Symbol.iterator]: () => source.iterate() }),
  'an async generator': (source) => source.iterateSlowly(),
  'a ReadableStream': (source) => source.stream(),
};

describe.each(Object.entries(kinds))('%s', (_kind, make) => {
  test('is sent to its end, then Close 1000', async () => {
    const source = new Source(3);
    const { socket } = serveFake(() => make(source));
    await pass();
    expect(socket.log).toEqual(['send 0001', 'send 0002', 'send 0003', 'close 1000']);
    expect(source.stopped).toBe(1);
  });

  test('is pulled only while the channel is not saturated', async () => {
    const source = new Source(100);
    const { socket } = serveDeaf(() => make(source));
    await pass(1_000);
    expect(source.taken).toBe(3);
    socket.takes(4);
    await pass();
    expect(source.taken).toBe(3);
    socket.takes(4);
    await pass();
    expect(source.taken).toBe(5);
  });

  test('is told to stop when the peer leaves, once, and is not pulled again', async () => {
    const source = new Source();
    const { socket, records } = serveDeaf(() => make(source));
    await pass();
    socket.leaves();
    expect(records).toHaveLength(1);
    await pass(1_000);
    expect(source.taken).toBe(3);
    expect(source.stopped).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('without an end leaves other things their turn', async () => {
    const source = new Source();
    const turns = vi.spyOn(systemClock, 'soon');
    const { socket } = serveFake(() => make(source));
    for (let i = 0; i < 5; i++) await vi.advanceTimersToNextTimerAsync();
    expect(turns.mock.calls.length).toBeGreaterThan(3);
    expect(source.taken).toBeLessThanOrEqual(256 * (turns.mock.calls.length + 1));
    turns.mockRestore();
    socket.leaves();
    await pass();
    expect(source.stopped).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is sent as far as it was pulled when the channel is closed', async () => {
    const source = new Source();
    const { channel, socket } = serveDeaf(() => make(source));
    await pass();
    channel.close(4000);
    socket.takes();
    socket.takes();
    await pass();
    expect(socket.sent).toEqual(['0001', '0002', '0003']);
    expect(socket.log.at(-1)).toBe('close 4000');
    expect(source.stopped).toBe(1);
  });
});

describe('a pulled source', () => {
  test('takes at most 256 messages or 64 KiB in one turn', () => {
    const many = new Source();
    serveFake(() => many.iterate());
    expect(many.taken).toBe(256);
    const large = new Source(Number.POSITIVE_INFINITY, 10_000);
    serveFake(() => large.iterate());
    expect(large.taken).toBe(7);
  });

  test('waits for what was pushed besides it as well', async () => {
    const source = new Source(1_000);
    const { socket } = serveDeaf(({ out }) => {
      out.next('1234567890');
      return source.iterate();
    });
    expect(source.taken).toBe(0);
    socket.takes();
    expect(source.taken).toBe(3);
  });

  test('may be an array or what is like one', async () => {
    const arrays: unknown[] = [['a', 'b'], new Set(['a', 'b']), { length: 2, 0: 'a', 1: 'b' }];
    for (const array of arrays) {
      const { socket } = serveFake(() => array);
      await pass();
      expect(socket.log).toEqual(['send a', 'send b', 'close 1000']);
    }
  });

  test('that ends its channel while it is asked is told to stop afterwards', async () => {
    let stopped = 0;
    const { socket } = serveFake(function* (channel: ServerChannel) {
      try {
        yield 'a';
        channel.close(4000);
        yield 'b';
      } finally {
        stopped++;
      }
    });
    await pass();
    expect(socket.log).toEqual(['send a', 'close 4000']);
    expect(stopped).toBe(1);
  });

  test('is told to stop while it thinks, and not waited for', async () => {
    const stop = vi.fn(() => new Promise(() => {}));
    const thinking = { next: () => new Promise(() => {}), return: stop };
    const { socket, records } = serveFake(() => ({ [Symbol.asyncIterator]: () => thinking }));
    await pass();
    socket.leaves();
    expect(stop).toHaveBeenCalledOnce();
    expect(records).toHaveLength(1);
  });

  test('may have no return()', async () => {
    const { socket, records, errors } = serveFake(() => ({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
    }));
    await pass();
    socket.leaves();
    expect([records.length, errors]).toEqual([1, []]);
  });

  test.each([
    ['an iterator that answers no object', { [Symbol.iterator]: () => ({ next: () => undefined }) }],
    ['an async iterator that answers no object', { [Symbol.asyncIterator]: () => ({ next: async () => undefined }) }],
    ['an iterable without an iterator', { [Symbol.iterator]: () => undefined }],
    ['an iterable that throws', { [Symbol.iterator]: () => boom() }],
    ['a stream that fails', new ReadableStream({ pull: (controller) => controller.error(new Error('boom')) })],
    ['a stream that is locked', locked()],
  ])('%s closes with 1011', async (_what, source) => {
    const { socket, errors } = serveFake(() => source);
    await pass();
    expect(socket.log).toEqual(['close 1011']);
    expect(errors).toHaveLength(1);
  });

  test('that fails after the end is reported', async () => {
    let reject = (_error: Error): void => {};
    const next = (): Promise<never> =>
      new Promise((_resolve, refuse) => {
        reject = refuse;
      });
    const { socket, errors } = serveFake(() => ({ [Symbol.asyncIterator]: () => ({ next }) }));
    await pass();
    socket.leaves();
    reject(new Error('too late'));
    await pass();
    expect(errors).toMatchObject([{ message: 'too late' }]);
  });
});

function boom(): never {
  throw new Error('boom');
}

function locked(): ReadableStream {
  const stream = new ReadableStream();
  stream.getReader();
  return stream;
}
