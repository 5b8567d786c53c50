import { concat, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { toAsyncIterable } from '../../src/operators/to-async-iterable.ts';
import { inVirtualTime, type Opened, pass, serveFake } from '../support/serve-fake.ts';
import { loadOf } from './works.ts';

inVirtualTime();

const few = { highWater: 2, lowWater: 0 };

/** A channel whose messages a test reads one by one. */
function read(options: Record<string, unknown> = {}): Opened & { iterator: AsyncIterator<unknown> } {
  const iterators: AsyncIterator<unknown>[] = [];
  const opened = serveFake(({ in$ }) => void iterators.push(toAsyncIterable(in$)[Symbol.asyncIterator]()), options);
  const [iterator] = iterators;
  if (iterator === undefined) throw new Error('The handler is called at once.');
  return Object.assign(opened, { iterator });
}

const value = (of: unknown): IteratorResult<unknown> => ({ done: false, value: of });
const done = { done: true, value: undefined };

describe('a loop', () => {
  test('reads what a source gives, at once or later, to its end', async () => {
    const source = new Subject<number>();
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const item of toAsyncIterable(concat(of(1, 2), source))) seen.push(item);
      seen.push('end');
    })();
    await pass();
    expect(seen).toEqual([1, 2]);
    source.next(3);
    await pass();
    source.complete();
    await reading;
    expect(seen).toEqual([1, 2, 3, 'end']);
  });

  test('throws the error of the source, after what came before it', async () => {
    const seen: unknown[] = [];
    const source = concat(
      of(1, 2),
      throwError(() => new Error('source')),
    );
    const reading = async (): Promise<void> => {
      for await (const item of toAsyncIterable(source)) {
        await pass(5);
        seen.push(item);
      }
    };
    await expect(reading()).rejects.toThrow('source');
    expect(seen).toEqual([1, 2]);
  });

  test('throws an error that is undefined as well', async () => {
    const iterator = toAsyncIterable(throwError(() => undefined))[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toBeUndefined();
  });

  test('subscribes when it begins and unsubscribes when it is left; each one for itself', async () => {
    let subscriptions = 0;
    let live = 0;
    const source = new Observable<number>((subscriber) => {
      subscriptions++;
      live++;
      subscriber.next(subscriptions);
      return () => live--;
    });
    const iterable = toAsyncIterable(source);
    expect(subscriptions).toBe(0);
    for (const expected of [1, 2]) {
      for await (const item of iterable) {
        expect([item, live]).toEqual([expected, 1]);
        break;
      }
      expect(live).toBe(0);
    }
    const first = iterable[Symbol.asyncIterator]();
    const second = iterable[Symbol.asyncIterator]();
    expect([(await first.next()).value, (await second.next()).value, live]).toEqual([3, 4, 2]);
  });

  test.each<[string, (iterable: AsyncIterable<number>) => Promise<unknown>]>([
    [
      'break',
      async (iterable) => {
        for await (const _item of iterable) break;
      },
    ],
    [
      'return',
      async (iterable) => {
        for await (const item of iterable) return item;
        return undefined;
      },
    ],
    [
      'throw',
      async (iterable) => {
        for await (const item of iterable) throw new Error(`body ${item}`);
      },
    ],
  ])('that is left by %s unsubscribes the source', async (_how, loop) => {
    const source = new Subject<number>();
    const left = loop(toAsyncIterable(source)).catch((error) => error.message);
    expect(source.observed).toBe(true);
    source.next(1);
    source.next(2);
    await left;
    expect(source.observed).toBe(false);
  });
});

describe('next()', () => {
  test('may be called in advance: values come in order, then the end to all', async () => {
    const source = new Subject<number>();
    const iterator = toAsyncIterable(source)[Symbol.asyncIterator]();
    const results = Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
    source.next(1);
    source.next(2);
    source.complete();
    expect(await results).toEqual([value(1), value(2), done, done]);
    expect(await iterator.next()).toEqual(done);
  });

  test('gives an error once, to the first who waits; the others have the end', async () => {
    const source = new Subject<number>();
    const iterator = toAsyncIterable(source)[Symbol.asyncIterator]();
    const results = Promise.allSettled([iterator.next(), iterator.next(), iterator.next()]);
    source.next(1);
    source.error(new Error('source'));
    expect(await results).toMatchObject([
      { status: 'fulfilled', value: value(1) },
      { status: 'rejected', reason: { message: 'source' } },
      { status: 'fulfilled', value: done },
    ]);
    expect(await iterator.next()).toEqual(done);
  });

  test('gives the end after return(), to those who wait as well, and no more values', async () => {
    const source = new Subject<number>();
    const iterator = toAsyncIterable(source)[Symbol.asyncIterator]();
    const waiting = iterator.next();
    expect(await iterator.return?.()).toEqual(done);
    expect(await waiting).toEqual(done);
    source.next(1);
    expect(await iterator.next()).toEqual(done);
    expect(await iterator.return?.()).toEqual(done);
  });

  test('gives the end after return(), also when an error had not been read yet', async () => {
    const source = concat(
      of(1),
      throwError(() => new Error('source')),
    );
    const iterator = toAsyncIterable(source)[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    expect(await iterator.next()).toEqual(done);
  });
});

describe('return()', () => {
  test('rejects with what a finalizer of the source throws, and has given everything back by then', async () => {
    const iterators: AsyncIterator<unknown>[] = [];
    const { channel, socket } = serveFake(({ in$ }) => {
      const source = new Observable((subscriber) => {
        in$.subscribe(subscriber);
        return () => {
          throw new Error('finalizer');
        };
      });
      iterators.push(toAsyncIterable(source)[Symbol.asyncIterator]());
    });
    await pass();
    socket.delivers('a', 'b');
    expect(loadOf(channel)).toEqual([2, 0]);
    const [iterator] = iterators;
    const waiting = [iterator?.next(), iterator?.next(), iterator?.next()];
    await expect(iterator?.return?.()).rejects.toThrow('finalizer');
    expect(loadOf(channel)).toEqual([0, 0]);
    expect(await waiting[2]).toEqual(done);
  });
});

describe('a message', () => {
  test('is in work from its arrival until the next one is asked for', async () => {
    const { channel, socket, iterator } = read();
    await pass();
    socket.delivers('a', 'b');
    expect(loadOf(channel)).toEqual([2, 0]);
    expect(await iterator.next()).toEqual(value('a'));
    expect(loadOf(channel)).toEqual([2, 0]);
    expect(await iterator.next()).toEqual(value('b'));
    expect(loadOf(channel)).toEqual([1, 0]);
    void iterator.next();
    expect(loadOf(channel)).toEqual([0, 0]);
    socket.delivers('c');
    expect(loadOf(channel)).toEqual([1, 0]);
  });

  test('that is not the last asked for is given back at once', async () => {
    const { channel, socket, iterator } = read();
    await pass();
    const results = [iterator.next(), iterator.next()];
    socket.delivers('a');
    expect(loadOf(channel)).toEqual([0, 0]);
    socket.delivers('b');
    expect(loadOf(channel)).toEqual([1, 0]);
    expect(await Promise.all(results)).toEqual([value('a'), value('b')]);
  });

  test('and all that wait are given back when the loop is left', async () => {
    const { channel, socket, iterator } = read();
    await pass();
    socket.delivers('a', 'b', 'c');
    await iterator.next();
    expect(loadOf(channel)).toEqual([3, 0]);
    void iterator.return?.();
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('holds back the input at highWater', async () => {
    const { channel, socket, iterator } = read(few);
    await pass();
    socket.delivers('a', 'b', 'c');
    expect(loadOf(channel)).toEqual([2, 1]);
    expect(socket.log).toEqual(['pause']);
    for (const name of ['a', 'b', 'c']) expect(await iterator.next()).toEqual(value(name));
    expect(loadOf(channel)).toEqual([1, 0]);
    expect(socket.log).toEqual(['pause', 'resume']);
  });

  test('of another channel is not counted, and none where the source has no channel', async () => {
    const room = new Subject<unknown>();
    const member = serveFake(() => void toAsyncIterable(room)[Symbol.asyncIterator]());
    const publisher = serveFake(({ in$ }) => void in$.subscribe(room), few);
    await pass();
    publisher.socket.delivers('a', 'b', 'c');
    expect([loadOf(publisher.channel), loadOf(member.channel)]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

test('a loop over what never ends may be left before anything came', async () => {
  const iterator = toAsyncIterable(NEVER)[Symbol.asyncIterator]();
  const next = iterator.next();
  await iterator.return?.();
  expect(await next).toEqual(done);
});
