import { EventEmitter, once } from 'node:events';
import { finalize, firstValueFrom, NEVER, type Observable, of, Subject, take, tap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { FakeSocket } from '../support/fake-socket.ts';
import { FakeApp, inVirtualTime, pass, routeOf, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

const failure = new Error('boom');
const boom = (): never => {
  throw failure;
};
const unsubscription = expect.objectContaining({ name: 'UnsubscriptionError', errors: [failure] });

const echo = ({ in$ }: ServerChannel): Observable<unknown> => in$;

describe('user code that throws ends its own channel with 1011, and is reported once:', () => {
  const handlers: Readonly<Record<string, (channel: ServerChannel) => unknown>> = {
    'a handler': boom,
    'an async handler': async () => boom(),
    'an operator': ({ in$ }) => in$.pipe(tap(boom)),
    'a subscriber of in$': ({ in$ }) => void in$.subscribe(boom),
    'an observer of in$': ({ in$ }) => void in$.subscribe({ next: boom }),
    'an async subscriber of in$': ({ in$ }) => void in$.subscribe(async () => boom()),
    'an async subscriber of in$ that waits first': ({ in$ }) =>
      void in$.subscribe(async () => {
        await null;
        boom();
      }),
    'a subscriber of pressure$': ({ pressure$ }) => void pressure$.subscribe(boom),
    'a subscriber of out': ({ in$, out }) => {
      out.subscribe(boom);
      return in$;
    },
    'an async subscriber of out': ({ in$, out }) => {
      out.subscribe(async () => boom());
      return in$;
    },
    'a generator': function* () {
      yield 'a';
      boom();
    },
    'an async generator': async function* () {
      yield 'a';
      boom();
    },
  };
  for (const [name, handler] of Object.entries(handlers)) {
    test(name, async () => {
      const opened = serveFake(handler);
      await pass();
      opened.socket.delivers('hello');
      await pass();
      expect(opened.log.filter((entry) => !entry.startsWith('send'))).toEqual(['close 1011']);
      opened.socket.leaves();
      await pass();
      expect(opened.records).toEqual([{ code: 1011, reason: '', clean: true, by: 'handler', cause: failure }]);
      expect(opened.errors).toEqual([failure]);
      expect(opened.app.reports).toEqual([{ error: failure, channel: opened.channel.id, route: '/' }]);
      expect(opened.eventsOf('failed')).toHaveLength(1);
      expect(opened.app.core.channels.size).toBe(0);
    });
  }

  test('the rest of the app goes on', async () => {
    const app = new FakeApp([routeOf(({ in$ }) => in$.pipe(tap((text) => text === 'x' && boom())))]);
    const [a, b] = [app.open(), app.open()];
    await pass();
    a.socket.delivers('x');
    b.socket.delivers('b');
    expect([a.log, b.log]).toEqual([['close 1011'], ['send b']]);
  });
});

describe('what throws at the end of a channel is reported and does not stop the end:', () => {
  type Prepare = (channel: ServerChannel) => unknown;
  const handlers: Readonly<Record<string, readonly [Prepare, unknown]>> = {
    'a subscriber of closed$': [({ closed$ }) => void closed$.subscribe(boom), failure],
    'an async subscriber of closed$': [({ closed$ }) => void closed$.subscribe(async () => boom()), failure],
    'the completion of in$': [({ in$ }) => void in$.subscribe({ complete: boom }), failure],
    'the completion of pressure$': [({ pressure$ }) => void pressure$.subscribe({ complete: boom }), failure],
    'a finalizer of the returned stream': [() => NEVER.pipe(finalize(boom)), unsubscription],
    'a finalizer of in$ in the returned stream': [({ in$ }) => in$.pipe(finalize(boom)), unsubscription],
    'a finalizer of in$': [({ in$ }) => void in$.pipe(finalize(boom)).subscribe(), unsubscription],
    'a finalizer of out': [({ out }) => void out.pipe(finalize(boom)).subscribe(), unsubscription],
    'a finalizer of closed$': [({ closed$ }) => void closed$.pipe(finalize(boom)).subscribe(), unsubscription],
    'a finalizer of pressure$': [({ pressure$ }) => void pressure$.pipe(finalize(boom)).subscribe(), unsubscription],
    'the return() of a generator': [
      ({ out }) => {
        out.next('x');
        return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: boom }) };
      },
      failure,
    ],
    'the return() of an async generator': [
      () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: async () => boom() }) }),
      failure,
    ],
    'the cancel() of a ReadableStream': [() => new ReadableStream({ cancel: boom }), failure],
  };
  for (const [name, [handler, error]] of Object.entries(handlers)) {
    test(name, async () => {
      const second: unknown[] = [];
      const opened = serveFake((channel) => {
        const result = handler(channel);
        channel.in$.subscribe({ complete: () => second.push('in$') });
        channel.closed$.subscribe(() => second.push('closed$'));
        return result;
      });
      await pass();
      opened.socket.leaves({ code: 4000 });
      await pass();
      expect(opened.records).toEqual([{ code: 4000, reason: '', clean: true, by: 'peer' }]);
      expect(opened.errors).toEqual([error]);
      expect(second).toEqual(['in$', 'closed$']);
      expect(opened.app.core.channels.size).toBe(0);
      expect(opened.channel.signal.aborted).toBe(true);
      expect(opened.eventsOf('closed')).toHaveLength(1);
    });
  }

  test('a finalizer of a stream that ends by itself', async () => {
    const ending = new Subject<string>();
    const opened = serveFake(() => ending.pipe(finalize(boom)));
    await pass();
    expect(() => ending.complete()).not.toThrow();
    expect(opened.log).toEqual([expect.stringContaining('close')]);
    expect(opened.errors).toEqual([unsubscription]);
  });

  test('a finalizer of in$.pipe(take(1)) leaves the socket alone', async () => {
    const opened = serveFake(({ in$ }) => void in$.pipe(take(1), finalize(boom)).subscribe());
    await pass();
    expect(() => opened.socket.delivers('a', 'b')).not.toThrow();
    await pass();
    opened.socket.leaves();
    await pass(5_000);
    expect(opened.records).toHaveLength(1);
  });

  test('a generator that ends its channel and throws when it is told to return', async () => {
    const opened = serveFake(function* (channel) {
      try {
        channel.out.next('a');
        channel.close(4000);
        yield 'b';
      } finally {
        boom();
      }
    });
    await pass();
    opened.socket.leaves();
    expect(opened.record).toMatchObject({ code: 4000 });
    expect(opened.errors).toEqual([failure]);
  });

  test('a generator that ends its channel in a later turn and throws when it is told to return', async () => {
    const opened = serveFake(function* (channel) {
      try {
        for (let i = 0; ; i++) {
          if (i === 300) channel.close(4000);
          yield 'x';
        }
      } finally {
        boom();
      }
    });
    await pass();
    opened.socket.leaves();
    expect(opened.record).toMatchObject({ code: 4000 });
    expect(opened.errors).toEqual([failure]);
  });
});

describe('what watches an app may throw:', () => {
  const boomOn = (app: FakeApp): Readonly<Record<string, Observable<unknown>>> => ({
    channels$: app.core.channels$,
    state$: app.core.state$,
    events$: app.core.events$,
    errors$: app.core.errors$,
  });
  const ways: Readonly<Record<string, (stream: Observable<unknown>) => void>> = {
    'a subscriber of': (stream) => void stream.subscribe(boom),
    'an async subscriber of': (stream) => void stream.subscribe(async () => boom()),
    'a finalizer of': (stream) => void stream.pipe(take(2), finalize(boom)).subscribe(),
  };
  for (const name of ['channels$', 'state$', 'events$', 'errors$']) {
    for (const [way, subscribe] of Object.entries(ways)) {
      test(`${way} ${name}`, async () => {
        const app = new FakeApp([routeOf(echo)], {}, { watched: false });
        subscribe(boomOn(app)[name] ?? NEVER);
        const seen: string[] = [];
        app.core.events$.subscribe(({ type }) => seen.push(type));
        app.core.channels$.subscribe();
        const opened = app.open(new FakeSocket());
        await pass();
        opened.socket.delivers('hello');
        app.core.report(new Error('another'), undefined);
        app.core.report(new Error('another'), undefined);
        opened.socket.leaves();
        app.core.draining();
        app.core.closed();
        await pass();
        expect(opened.log).toEqual(['send hello']);
        expect(opened.records).toHaveLength(1);
        expect(app.core.channels.size).toBe(0);
        expect(seen).toContain('opened');
        expect(seen).toContain('closed');
        // What a finalizer throws inside of `take`, RxJS swallows.
        if (!way.startsWith('a finalizer')) expect(app.printed).toContain(failure);
      });
    }
  }
});

test('an error that nobody observes is printed, with the channel and the route', async () => {
  const app = new FakeApp([routeOf(boom)], {}, { watched: false });
  app.open();
  await pass();
  expect(app.printed).toEqual([failure]);
});

test('an EmptyError or AbortError that follows from the end is no failure', async () => {
  const handlers: Array<(channel: ServerChannel) => Promise<void>> = [
    async ({ in$ }) => void (await firstValueFrom(in$)),
    async ({ signal }) => {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
    async ({ signal }) => {
      await once(new EventEmitter(), 'never', { signal });
    },
  ];
  for (const handler of handlers) {
    const opened = serveFake(handler);
    await pass();
    opened.socket.leaves();
    await pass(5_000);
    expect(opened.records).toHaveLength(1);
    expect(opened.errors).toEqual([]);
  }
});

test('of() as a value of the handler is not shared between channels', async () => {
  const app = new FakeApp([routeOf(() => of('Hello!'))]);
  const [a, b] = [app.open(), app.open()];
  expect([a.log, b.log]).toEqual([
    ['send Hello!', 'close 1000'],
    ['send Hello!', 'close 1000'],
  ]);
});
