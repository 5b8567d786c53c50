import {
  catchError,
  concat,
  delay,
  endWith,
  firstValueFrom,
  map,
  NEVER,
  type OperatorFunction,
  of,
  Subject,
  scan,
  take,
  tap,
} from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import { around } from '../../src/channel/around.ts';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { FakeSocket } from '../support/fake-socket.ts';
import { FakeApp, inVirtualTime, pass, routeOf, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

type Inner = (channel: ServerChannel<unknown, unknown>) => never;
type Op = OperatorFunction<unknown, unknown>;

/** Handlers of tests have no types worth checking. */
const wrapped = (operators: { in?: Op; out?: Op }, handler: (channel: ServerChannel) => unknown) =>
  around<unknown, unknown, unknown, unknown>(operators)(handler as Inner) as (channel: ServerChannel) => unknown;
const mark = (name: string): Op => map((text) => `${text}${name}`);
const failure = new Error('boom');
const boom = (): never => {
  throw failure;
};

describe('around', () => {
  test('wraps what comes in and what is returned', async () => {
    const { socket } = serveFake(wrapped({ in: mark('i'), out: mark('o') }, ({ in$ }) => in$.pipe(mark('h'))));
    await pass();
    socket.delivers('a', 'b');
    expect(socket.sent).toEqual(['aiho', 'biho']);
  });

  test('wraps what is pushed into out, in the order of pushing and returning', async () => {
    const { socket } = serveFake(
      wrapped({ out: mark('o') }, ({ in$, out }) => in$.pipe(tap((text) => out.next(`${text} pushed `)))),
    );
    await pass();
    socket.delivers('a');
    expect(socket.sent).toEqual(['a pushed o', 'ao']);
  });

  test('wraps what is pulled, and pulls only while the channel is not saturated', async () => {
    let pulled = 0;
    const handler = wrapped({ out: mark('!') }, function* () {
      while (pulled < 100) yield `${++pulled}234`.slice(-4);
    });
    const socket = new FakeSocket();
    socket.reads = false;
    new FakeApp([routeOf(handler, { outHighWater: 10, outLowWater: 0 })]).open(socket);
    expect(pulled).toBe(2);
    socket.takes();
    expect(pulled).toBe(4);
    expect(socket.sent).toHaveLength(4);
  });

  test('wraps async handlers', async () => {
    const { socket } = serveFake(
      wrapped({ in: mark('i'), out: mark('o') }, async ({ in$ }) => {
        const first = await firstValueFrom(in$);
        return in$.pipe(map((text) => `${first}${text}`));
      }),
    );
    await pass();
    socket.delivers('a', 'b');
    await pass();
    expect(socket.sent).toEqual(['aibio']);
  });

  test('wraps a handler that returns nothing', async () => {
    const { socket } = serveFake(
      wrapped({ in: mark('i'), out: mark('o') }, ({ in$, out }) => void in$.subscribe((text) => out.next(text))),
    );
    await pass();
    socket.delivers('a');
    expect(socket.log).toEqual(['send aio']);
  });

  test('nests: the outer one is nearer to the peer', async () => {
    const inner = wrapped({ in: mark('2'), out: mark('3') }, ({ in$ }) => in$);
    const { socket } = serveFake(wrapped({ in: mark('1'), out: mark('4') }, inner));
    await pass();
    socket.delivers('');
    expect(socket.sent).toEqual(['1234']);
  });

  test('shows the inner handler a full channel', async () => {
    let inner: ServerChannel | undefined;
    const outer = serveFake(
      wrapped({ in: mark('i') }, (channel) => {
        inner = channel;
      }),
    );
    const { channel, socket } = outer;
    if (inner === undefined) throw new Error('The handler did not run.');
    const { id, signal, context, params, request, route, subprotocol } = channel;
    expect(inner).toMatchObject({ id, context, params, route, subprotocol });
    expect(inner.request).toBe(request);
    expect(inner.signal).toBe(signal);
    const seen: unknown[] = [];
    inner.closed$.subscribe(({ code }) => seen.push(code));
    inner.pressure$.subscribe({ complete: () => seen.push('pressure') });
    await pass();
    inner.close(4000, 'bye');
    socket.leaves();
    expect(signal.aborted).toBe(true);
    expect([socket.log, seen]).toEqual([['close 4000 bye'], ['pressure', 4000]]);
  });

  test('sends completion through the operator, which may add something', () => {
    const imperative = ({ out }: ServerChannel): void => {
      out.next('a');
      out.complete();
    };
    for (const handler of [() => of('a'), imperative]) {
      const { socket } = serveFake(wrapped({ out: endWith<unknown, unknown[]>('bye') }, handler));
      expect(socket.log).toEqual(['send a', 'send bye', 'close 1000']);
    }
  });

  test('sends errors through the operator, which may answer them', async () => {
    const recover = catchError(() => of('sorry'));
    for (const handler of [({ out }: ServerChannel) => out.error(failure), () => concat(of('a'), NEVER)]) {
      const { channel, socket, errors } = serveFake(wrapped({ out: recover }, handler));
      channel.close();
      await pass();
      socket.leaves();
      expect(errors).toEqual([]);
    }
    const { socket } = serveFake(wrapped({ out: recover }, ({ out }) => out.error(failure)));
    expect(socket.log).toEqual(['send sorry', 'close 1000']);
  });

  test('keeps a message that the operator delays before the completion', async () => {
    const { socket } = serveFake(wrapped({ out: delay(100) }, () => of('a')));
    expect(socket.log).toEqual([]);
    await pass(100);
    expect(socket.log).toEqual(['send a', 'close 1000']);
  });

  test('closes when the operator takes no more', async () => {
    const { socket } = serveFake(wrapped({ out: take(1) }, ({ in$ }) => in$));
    await pass();
    socket.delivers('a', 'b');
    expect(socket.log).toEqual(['send a', 'close 1000']);
  });

  test('leaves no timer of an operator behind', async () => {
    const { socket, channel } = serveFake(wrapped({ in: delay(10_000), out: delay(10_000) }, ({ in$ }) => in$));
    await pass();
    socket.delivers('a');
    channel.out.next('b');
    socket.leaves();
    await pass();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('completes the inner out when the channel ends', async () => {
    const seen: unknown[] = [];
    const { socket } = serveFake(
      wrapped({ out: mark('o') }, ({ out }) => {
        out.subscribe({ next: (message) => seen.push(message), complete: () => seen.push('end') });
        out.next('a');
        return NEVER;
      }),
    );
    await pass();
    socket.leaves();
    await pass();
    expect(seen).toEqual(['a', 'end']);
  });

  test('counts what is pushed into the inner out after the end', async () => {
    let out = new Subject<unknown>();
    const opened = serveFake(
      wrapped({ out: mark('o') }, (channel) => {
        out = channel.out;
      }),
    );
    await pass();
    opened.socket.leaves();
    out.next('late');
    out.next('late');
    await pass();
    expect(opened.dropped).toEqual(['out late 2']);
    out.complete();
    out.unsubscribe();
    expect(() => out.next('later')).not.toThrow();
  });

  test('shares the operator over in$ between subscribers', async () => {
    const count = vi.fn();
    const { socket } = serveFake(
      wrapped({ in: tap(count) }, ({ in$ }) => {
        in$.subscribe();
        in$.subscribe();
      }),
    );
    await pass();
    socket.delivers('a', 'b');
    expect(count).toHaveBeenCalledTimes(2);
  });

  test('refuses a bad result as ever', async () => {
    for (const handler of [() => 'text', async () => 'text']) {
      const { socket, errors } = serveFake(wrapped({ out: mark('o') }, handler));
      await pass();
      expect(socket.log).toEqual(['close 1011']);
      expect(errors).toMatchObject([{ code: 'SLUICE_BAD_HANDLER_RESULT' }]);
    }
  });

  test.each<[string, { in?: Op; out?: Op }, (channel: ServerChannel) => unknown]>([
    ['the operator over in$', { in: tap(boom) }, ({ in$ }) => in$],
    ['the operator over in$, subscribed by hand', { in: tap(boom) }, ({ in$ }) => void in$.subscribe()],
    ['the operator over out', { out: tap(boom) }, ({ in$ }) => in$],
    ['the operator over out, pushed into', { out: tap(boom) }, (c) => void c.in$.subscribe((t) => c.out.next(t))],
    ['making the operator over in$', { in: boom }, ({ in$ }) => in$],
    ['making the operator over out', { out: boom }, ({ in$ }) => in$],
    ['a subscriber of the inner in$', { in: mark('i') }, ({ in$ }) => void in$.subscribe(boom)],
    ['an async subscriber of the inner in$', { in: mark('i') }, ({ in$ }) => void in$.subscribe(async () => boom())],
    ['the handler', {}, boom],
    ['the async handler', {}, async () => boom()],
  ])('closes with 1011 when %s throws', async (_what, operators, handler) => {
    for (const depth of [1, 2]) {
      const inner = wrapped(operators, handler);
      const { socket, errors } = serveFake(depth === 1 ? inner : wrapped({ in: mark('x'), out: mark('y') }, inner));
      await pass();
      socket.delivers('a');
      await pass();
      expect(socket.log).toEqual(['close 1011']);
      expect(errors).toEqual([failure]);
    }
  });

  test('keeps the state of an operator per channel', async () => {
    const handler = wrapped({ in: scan((sum, text) => `${sum}${text}`, '' as unknown) }, ({ in$ }) => in$);
    const [a, b] = [serveFake(handler), serveFake(handler)];
    await pass();
    a.socket.delivers('1', '2');
    b.socket.delivers('3');
    expect([a.socket.sent, b.socket.sent]).toEqual([['1', '12'], ['3']]);
  });
});
