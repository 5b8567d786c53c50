import { NEVER, of, Subject, throwError } from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import { FakeSocket } from '../support/fake-socket.ts';
import { FakeApp, inVirtualTime, pass, routeOf, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

const day = 86_400_000;

describe('a channel that is served', () => {
  test('is counted before its handler runs, and has an id of its own', () => {
    const sizes: number[] = [];
    const app = new FakeApp([routeOf(() => void sizes.push(app.core.channels.size))]);
    const [a, b] = [app.open(), app.open()];
    expect(sizes).toEqual([1, 2]);
    expect(a.channel.id).not.toBe(b.channel.id);
    expect(app.events.map(({ type }) => type)).toEqual(['opened', 'opened']);
  });

  test('shows its handler the request, the context, the route and the subprotocol', () => {
    const seen: unknown[] = [];
    const app = new FakeApp([
      routeOf(
        (channel) =>
          void seen.push(channel.request.path, channel.params, channel.context, channel.route, channel.subprotocol),
        {},
        '/chat/:room',
      ),
    ]);
    const socket = new FakeSocket();
    socket.subprotocol = 'v1';
    app.open(socket, { context: { user: 'ann' } });
    expect(seen).toEqual(['/', undefined, { user: 'ann' }, '/chat/:room', 'v1']);
  });

  test('may be closed by who sees it open, before its handler runs', async () => {
    const app = new FakeApp([routeOf(({ in$ }) => in$)]);
    app.core.events$.subscribe((event) => {
      if (event.type === 'opened') event.channel.close(4000);
    });
    const opened = app.open();
    await pass();
    expect(opened.log).toEqual(['close 4000']);
    opened.socket.leaves();
    expect(opened.records).toMatchObject([{ code: 4000, clean: true }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('gives its place back when it has ended, and not before', async () => {
    const app = new FakeApp([routeOf(() => {})], { maxChannels: 1 });
    const { socket, channel } = app.open();
    await pass();
    channel.close();
    expect(() => app.open()).toThrow('503');
    socket.leaves();
    expect(() => app.open()).not.toThrow();
  });

  test('is closed with 1001 when the app has begun to close after its handshake', async () => {
    const app = new FakeApp([routeOf(({ in$ }) => in$)]);
    app.core.draining();
    const opened = app.open();
    await pass();
    expect(opened.log).toEqual(['close 1001']);
    opened.socket.leaves();
    expect(opened.records).toMatchObject([{ code: 1001, by: 'server' }]);
  });
});

describe('expires', () => {
  const expired = { code: 4001, reason: 'expired', clean: true, by: 'server' };

  test('closes with 4001 at the time', async () => {
    const opened = serveFake(() => {}, {}, { expires: new Date(Date.now() + 10_000) });
    opened.socket.answers = true;
    await pass(9_999);
    expect(opened.log).toEqual([]);
    await pass(1);
    expect(opened.records).toEqual([expired]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('closes with 4001 in 30 days, though no timer is that long', async () => {
    const opened = serveFake(() => {}, {}, { expires: new Date(Date.now() + 30 * day) });
    opened.socket.answers = true;
    await pass(30 * day - 1);
    expect(opened.log).toEqual([]);
    await pass(1);
    expect(opened.records).toEqual([expired]);
  });

  test('closes at once when the time has passed, after the handler has run', async () => {
    const opened = serveFake(() => of('Hello!', 'x'), {}, { expires: new Date(Date.now() - 1) });
    expect(opened.log).toEqual(['send Hello!', 'send x', 'close 1000']);
    const other = serveFake(() => NEVER, {}, { expires: new Date(Date.now() - 1) });
    await pass(1);
    expect(other.log).toEqual(['close 4001 expired']);
  });

  test('is renewed by an Observable, earlier or later', async () => {
    const expires = new Subject<Date>();
    const opened = serveFake(() => {}, {}, { expires });
    const at = (milliseconds: number): void => expires.next(new Date(Date.now() + milliseconds));
    await pass(day);
    at(10_000);
    await pass(9_000);
    at(10_000);
    await pass(9_000);
    at(1_000);
    await pass(999);
    expect(opened.log).toEqual([]);
    expires.complete();
    await pass(1);
    expect(opened.log).toEqual(['close 4001 expired']);
    expect(expires.observed).toBe(false);
  });

  test('leaves no timer and no subscription when the channel ends first', async () => {
    const expires = new Subject<Date>();
    const opened = serveFake(() => {}, {}, { expires });
    expires.next(new Date(Date.now() + 10_000));
    await pass();
    opened.socket.leaves();
    expect(expires.observed).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('lets work in flight finish within linger', async () => {
    const opened = serveFake(
      async ({ out }) => {
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        out.next('done');
      },
      { linger: 5_000 },
      { expires: new Date(Date.now() + 1_000) },
    );
    await pass(2_999);
    expect(opened.log).toEqual([]);
    await pass(1);
    expect(opened.log).toEqual(['send done', 'close 4001 expired']);
  });

  test.each([
    ['an error', throwError(() => new Error('boom')), 'boom'],
    ['an Invalid Date', of(new Date(Number.NaN)), 'SLUICE_BAD_OPTION'],
    ['no Date', of('tomorrow' as unknown as Date), 'SLUICE_BAD_OPTION'],
  ])('closes with 1011 when its Observable gives %s', async (_what, expires, message) => {
    const opened = serveFake(() => {}, {}, { expires });
    await pass();
    expect(opened.log).toEqual(['close 1011']);
    expect(String(opened.errors)).toContain(message);
  });
});

test('close may be taken out of the channel', async () => {
  const opened = serveFake(({ close }) => {
    close(4000, 'destructured');
  });
  await pass();
  expect(opened.log).toEqual(['close 4000 destructured']);
});
