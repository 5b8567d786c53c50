import { interval, map, NEVER } from 'rxjs';
import { type App, route } from 'sluice';
import { expect, test } from 'vitest';
import { RawClient, upgradeRequest } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';
import { openWs } from '../support/ws-client.ts';

const silent = route('/', () => NEVER);

/** How long closing takes. */
async function closing(app: App, options: Parameters<App['close']>[0]): Promise<number> {
  const start = performance.now();
  await app.close(options);
  return performance.now() - start;
}

test('app.close closes every channel with 1001 and ends as soon as the peers have answered', async () => {
  const { url, app, records } = await listening([silent]);
  const clients = await Promise.all(Array.from({ length: 20 }, () => openWs(url('/'))));
  expect(await closing(app, { grace: 5_000 })).toBeLessThan(2_000);
  for (const { closed } of clients) expect(await closed).toEqual({ code: 1001, reason: '' });
  expect(records).toHaveLength(20);
  for (const record of records) expect(record).toEqual({ code: 1001, reason: '', clean: true, by: 'server' });
});

test('app.close does not wait longer than grace for a peer that does not answer', async () => {
  const { port, app, records } = await listening([silent], { closeTimeout: 10_000 });
  const client = await RawClient.open(port, '/');
  expect(await closing(app, { grace: 100 })).toBeLessThan(600);
  expect(await client.close()).toEqual({ code: 1001, reason: '' });
  expect(records).toEqual([{ code: 1001, reason: '', clean: false, by: 'server' }]);
});

test('app.close does not wait longer than grace for a peer that does not read', async () => {
  const large = 'x'.repeat(100_000);
  const { port, app, event, records } = await listening([route('/', () => interval(0).pipe(map(() => large)))], {
    outCeiling: 1_000_000_000,
    outHighWater: 200_000,
    closeTimeout: 10_000,
  });
  (await RawClient.open(port, '/')).deaf();
  await event('saturated');
  expect(await closing(app, { grace: 100 })).toBeLessThan(600);
  expect(records).toMatchObject([{ code: 1001, clean: false, by: 'server' }]);
});

test('app.close does not wait longer than grace for an upgrade request whose guard is slow', async () => {
  const { port, app, event } = await listening([
    route('/', { guard: () => new Promise<object>(() => {}) }, () => NEVER),
  ]);
  const client = await RawClient.connect(port);
  client.write(upgradeRequest('/'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const refused = event('refused');
  expect(await closing(app, { grace: 1_000 })).toBeLessThan(500);
  expect((await client.answer()).status).toBe(503);
  expect(await refused).toMatchObject({ reason: 'closing', status: 503 });
});

test('app.close does not wait longer than grace for a peer that was refused and stays', async () => {
  const { port, app } = await listening([silent]);
  const client = await RawClient.connect(port, { allowHalfOpen: true });
  client.write(upgradeRequest('/nowhere'));
  expect((await client.answer()).status).toBe(404);
  expect(await closing(app, { grace: 100 })).toBeLessThan(600);
});

test('app.close does not wait for connections that are kept alive or send nothing', async () => {
  const { port, app } = await listening([silent]);
  const quiet = await RawClient.connect(port);
  const idle = await RawClient.connect(port);
  idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await closing(app, { grace: 5_000 })).toBeLessThan(1_000);
  await Promise.all([quiet.ended, idle.ended]);
});

test('an app may be closed twice, and refuses to listen again', async () => {
  const { app } = await listening([silent]);
  expect(app.close()).toBe(app.close());
  await app.close();
  await expect(app.listen()).rejects.toMatchObject({ code: 'SLUICE_APP_CLOSED' });
});

test('a close with bad options changes nothing: the app can still be closed', async () => {
  const { url, app } = await listening([silent]);
  await expect(app.close({ grace: -1 })).rejects.toMatchObject({ code: 'SLUICE_BAD_OPTION' });
  const { closed } = await openWs(url('/'));
  await app.close();
  expect((await closed).code).toBe(1001);
});

test('a subscriber of state$ may close the app that is closing', async () => {
  const { app } = await listening([silent]);
  const states: string[] = [];
  app.state$.subscribe((state) => {
    states.push(state);
    if (state === 'draining') void app.close();
  });
  await app.close();
  expect(states).toEqual(['open', 'draining', 'closed']);
});
