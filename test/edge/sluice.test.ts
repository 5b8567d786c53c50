import { inspect } from 'node:util';
import { NEVER, throwError } from 'rxjs';
import { type AppOptions, accept, reject, route, sluice } from 'sluice';
import { expect, test, vi } from 'vitest';
import { listening } from '../support/server.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

const silent = route('/', () => NEVER);

test('channels and channels$ show what is open', async () => {
  const { url, app, record } = await listening([silent]);
  const sizes: number[] = [];
  app.channels$.subscribe((channels) => sizes.push(channels.size));
  const { channels } = app;
  const clients = [await openWs(url('/')), await openWs(url('/'))];
  expect(channels.size).toBe(2);
  expect(new Set([...channels].map(({ id }) => id)).size).toBe(2);
  for (const { ws } of clients) ws.close();
  await record(2);
  expect(sizes).toEqual([0, 1, 2, 1, 0]);
  expect(app.channels).toBe(channels);
});

test('ids of several apps differ', async () => {
  const [a, b] = [await listening([silent]), await listening([silent])];
  await Promise.all([openWs(a.url('/')), openWs(b.url('/'))]);
  const ids = [...a.app.channels, ...b.app.channels].map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
});

test('state$ goes from open over draining to closed, and all streams of the app complete', async () => {
  const { app } = await listening([silent]);
  const seen: unknown[] = [];
  app.state$.subscribe({ next: (state) => seen.push(state), complete: () => seen.push('state$') });
  app.channels$.subscribe({ complete: () => seen.push('channels$') });
  app.events$.subscribe({ complete: () => seen.push('events$') });
  app.errors$.subscribe({ complete: () => seen.push('errors$') });
  await app.close();
  expect(seen).toEqual(['open', 'draining', 'closed', 'state$', 'channels$', 'events$', 'errors$']);
});

test('an error that nobody observes is printed once, with its place', async () => {
  const print = vi.spyOn(console, 'error').mockImplementation(() => {});
  const error = new Error('unseen');
  const app = sluice([route('/bad', () => throwError(() => error))], { closeTimeout: 50 });
  const { port } = await app.listen(0, '127.0.0.1');
  const { closed } = await openWs(`ws://127.0.0.1:${port}/bad`);
  expect((await closed).code).toBe(1011);
  await app.close();
  expect(print.mock.calls).toEqual([[expect.stringMatching(/^sluice: an error in route \/bad, channel \S+$/), error]]);
  print.mockRestore();
});

test('events name the pattern of the route, not the path', async () => {
  const guard = ({ params }: { params: { room: string } }) => (params.room === 'full' ? reject(403) : accept());
  const { url, event } = await listening([route('/chat/:room', { guard }, () => NEVER)]);
  await openWs(url('/chat/42'));
  expect((await event('opened')).channel.route).toBe('/chat/:room');
  expect(await statusOf(url('/chat/full'))).toBe(403);
  expect(await event('refused')).toMatchObject({ route: '/chat/:room', url: '/chat/full' });
});

test('a message can be pushed to some of the channels, when one opens too', async () => {
  const { url, app } = await listening([route('/:room', () => NEVER)]);
  const push = (room: string, text: string): void => {
    for (const { params, out } of app.channels) if ((params as { room: string }).room === room) out.next(text);
  };
  app.events$.subscribe((event) => {
    if (event.type === 'opened') push('a', `${(event.channel.params as { room: string }).room} opened`);
  });
  const a = await openWs(url('/a'));
  const b = await openWs(url('/b'));
  push('b', 'only b');
  expect(await a.received(2)).toEqual(['a opened', 'b opened']);
  expect(await b.received(1)).toEqual(['only b']);
});

test('nothing is printed in ordinary life', async () => {
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
  const { url, app } = await listening([silent]);
  const { ws, closed } = await openWs(url('/'));
  ws.close(4000);
  await closed;
  await app.close();
  for (const spy of spies) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});

const bad: AppOptions[] = [
  { closeTimeout: 0 },
  { closeTimeout: -1 },
  { closeTimeout: Number.POSITIVE_INFINITY },
  { linger: Number.NaN },
  { handshakeTimeout: 2 ** 31 },
  { stallTimeout: 0 },
  { heartbeat: { every: 0 } },
  { heartbeat: { timeout: Number.POSITIVE_INFINITY } },
];
for (const options of bad) {
  test(`the option ${inspect(options)} is refused when the app is made`, () => {
    expect(() => sluice([silent], options)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
  });
}

test('grace and spread of close are checked', async () => {
  const { app } = await listening([silent]);
  for (const options of [{ grace: Number.NaN }, { spread: -1 }, { grace: 2 ** 31 }, { code: 1000 as 1001 }]) {
    await expect(app.close(options)).rejects.toMatchObject({ code: 'SLUICE_BAD_OPTION' });
  }
});

test.each([[['9999x']], [[-1]], [[70_000]], [[Number.NaN]], [[0, 5]], [[{ port: 0 }]]])(
  'listen refuses %j and says what it takes',
  async (given) => {
    const app = sluice([silent]);
    await expect(app.listen(...(given as [number]))).rejects.toMatchObject({
      code: 'SLUICE_BAD_OPTION',
      message: expect.stringContaining('listen takes a port from 0 to 65535 and a host, not '),
    });
    await app.close();
  },
);

test.each([
  ['a framework', Object.assign(() => {}, { on() {}, listenerCount() {} })],
  ['nothing', undefined],
  ['an object', {}],
])('attach refuses %s and says what it takes', async (_what, server) => {
  const app = sluice([silent]);
  expect(() => app.attach(server as never)).toThrow(/attach takes the HTTP server/);
  await app.close();
});

test.each([
  [{ trustProxy: 'bogus' }],
  [{ perMessageDeflate: { threshold: -1 } }],
  [{ invalid: () => 'no' }],
  [{ heartbeat: { every: 0.0001 } }],
])('the options of an app are checked also where no route takes them: %j', (options) => {
  expect(() => sluice([], options as AppOptions)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
});

test('accept refuses what it does not know, and a time that is none', () => {
  expect(() => accept({ contxt: {} } as never)).toThrow(expect.objectContaining({ code: 'SLUICE_UNKNOWN_OPTION' }));
  expect(() => accept({ expires: 12_345 } as never)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
  expect(() => reject(401, { a: 1 } as never)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
});
