import { BehaviorSubject, ignoreElements, map, merge, Subject, take } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { pacedConcatMap } from '../../src/operators/paced-concat-map.ts';
import { pulled } from '../../src/operators/pulled.ts';
import { FakeSocket } from '../support/fake-socket.ts';
import { FakeApp, inVirtualTime, type Opened, pass, routeOf, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

/** Counts what was taken of it, and notes that it was told to stop. */
function counted(size = Number.POSITIVE_INFINITY): { taken: number; stopped: number; iterate(): Generator<string> } {
  return {
    taken: 0,
    stopped: 0,
    *iterate() {
      try {
        while (this.taken < size) yield String(++this.taken).padStart(4, '0');
      } finally {
        this.stopped++;
      }
    },
  };
}

/** Three messages of four bytes saturate the channel. */
function serveDeaf(handler: (channel: ServerChannel) => unknown): Opened {
  const socket = new FakeSocket();
  socket.reads = false;
  return new FakeApp([routeOf(handler, { outHighWater: 10, outLowWater: 4 })]).open(socket);
}

describe('pulled', () => {
  test('ends when the peer has left, also where it is the work on a message', async () => {
    const source = counted();
    const opened = serveDeaf(({ in$, out }) => in$.pipe(pacedConcatMap(() => pulled(source.iterate(), out))));
    await pass();
    opened.socket.delivers('a');
    await pass();
    const { taken } = source;
    opened.socket.vanishes();
    await pass();
    expect([source.taken, source.stopped, opened.records.length]).toEqual([taken, 1, 1]);
  });

  test('refuses a string, which is iterable but hardly meant, as no iterable', () => {
    const out = new Subject<string>();
    expect(() => pulled('abc' as never, out)).toThrow("pulled() takes an iterable or a stream, not 'abc'.");
  });

  test('gives its values while the channel also answers', async () => {
    const { socket } = serveFake(({ in$, out }) =>
      merge(in$.pipe(map((text) => `re ${text}`)), pulled(['1', '2'], out)),
    );
    await pass();
    socket.delivers('a');
    expect(socket.log).toEqual(['send 1', 'send 2', 'send re a']);
  });

  test('asks for the next value only while the channel is not saturated, whatever saturated it', async () => {
    const source = counted();
    const { socket } = serveDeaf(({ in$, out }) => {
      out.next('0123456789');
      return merge(in$, pulled(source.iterate(), out));
    });
    await pass(1_000);
    expect(source.taken).toBe(0);
    socket.takes();
    await pass();
    expect(source.taken).toBe(3);
  });

  test('takes at most 256 values or 64 KiB in one turn', () => {
    const [many, large] = [counted(), counted()];
    serveFake(({ in$, out }) => merge(in$, pulled(many.iterate(), out)));
    expect(many.taken).toBe(256);
    serveFake(({ in$, out }) =>
      merge(
        in$,
        pulled(
          (function* () {
            for (const text of large.iterate()) yield text.repeat(2_500);
          })(),
          out,
        ),
      ),
    );
    expect(large.taken).toBe(7);
  });

  test('tells the source when the result is unsubscribed, and does not wait for it', async () => {
    const source = counted();
    const seen: unknown[] = [];
    const { errors } = serveFake(({ in$, out }) => {
      pulled(source.iterate(), out)
        .pipe(take(2))
        .subscribe((text) => seen.push(text));
      return in$;
    });
    await pass();
    expect([seen, source.taken, source.stopped, errors]).toEqual([['0001', '0002'], 2, 1, []]);
  });

  test('tells the source when the channel ends while it waits', async () => {
    const source = counted();
    const { socket, records } = serveDeaf(({ in$, out }) => merge(in$, pulled(source.iterate(), out)));
    await pass();
    expect(source.taken).toBe(3);
    socket.leaves();
    await pass(10_000);
    expect(source.taken).toBe(3);
    expect([source.stopped, records.length]).toEqual([1, 1]);
  });

  test.each([
    [
      'an async generator',
      async function* () {
        yield* ['1', '2'];
      },
    ],
    ['a ReadableStream', () => ReadableStream.from(['1', '2'])],
    ['a Set', () => new Set(['1', '2'])],
    ['what is like an array', () => ({ length: 2, 0: '1', 1: '2' })],
  ])('reads %s', async (_kind, make) => {
    const { socket } = serveFake(({ in$, out }) => merge(in$, pulled<string>(make(), out)));
    await pass();
    expect(socket.log).toEqual(['send 1', 'send 2']);
  });

  test('errors with what the source throws', async () => {
    const { socket, errors } = serveFake(({ in$, out }) =>
      merge(
        in$.pipe(ignoreElements()),
        pulled(
          (function* () {
            yield '1';
            throw new Error('source');
          })(),
          out,
        ),
      ),
    );
    await pass();
    expect(socket.log).toEqual(['send 1', 'close 1011']);
    expect(errors).toMatchObject([{ message: 'source' }]);
  });

  test('fails the channel with what the source throws when it is told to stop', async () => {
    const { socket, errors } = serveFake(({ in$, out }) => {
      const source = (function* () {
        try {
          yield '1';
          yield '2';
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: it is what is tested
          throw new Error('stopping');
        }
      })();
      pulled(source, out).pipe(take(1)).subscribe();
      return in$;
    });
    await pass();
    expect(socket.log).toEqual(['close 1011']);
    expect(errors).toMatchObject([{ message: 'stopping' }]);
  });

  test('reads anew for each subscription, as the source allows it', () => {
    const seen: unknown[] = [];
    serveFake(({ out }) => {
      const generator = counted(2).iterate();
      for (const source of [['a', 'b'], generator]) {
        const read$ = pulled<string>(source, out);
        for (let i = 0; i < 2; i++)
          read$.subscribe({ next: (text) => seen.push(text), complete: () => seen.push('|') });
      }
    });
    expect(seen).toEqual(['a', 'b', '|', 'a', 'b', '|', '0001', '0002', '|', '|']);
  });

  test('is `from` where out belongs to no channel', () => {
    const seen: unknown[] = [];
    for (const out of [new Subject<string>(), new BehaviorSubject('')]) {
      pulled(counted(1_000).iterate(), out).subscribe({ complete: () => seen.push('complete') });
    }
    expect(seen).toEqual(['complete', 'complete']);
  });
});
