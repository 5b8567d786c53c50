import { readFileSync } from 'node:fs';
import { NEVER, of } from 'rxjs';
import { type AppOptions, CloseError, json, route, type UpgradeRequest } from 'sluice';
import { expect, type TestContext, test } from 'vitest';
import type { ClientOptions } from 'ws';
import { noNginx, startNginx } from '../support/nginx.ts';
import { listening, type Served } from '../support/server.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

/** Tells the peer what the app knows of it. */
const about = ({ request: { remoteAddress, secure, host } }: { request: UpgradeRequest<unknown> }) =>
  of({ remoteAddress, secure, host });

const routes = [
  route('/about', { codec: json() }, about),
  route('/renamed/about', { codec: json() }, about),
  route('/echo', ({ in$ }) => in$),
  route('/error', ({ out }) => out.error(new CloseError(4001, 'so long'))),
  route('/silent', () => NEVER),
];

const ca = readFileSync(new URL('../fixtures/localhost.cert.pem', import.meta.url));
/** A client at another address of the loopback network. */
const elsewhere = { ca, localAddress: '127.0.0.2' };

interface Proxied extends Served {
  readonly front: number;
  readonly through: (path: string) => string;
}

async function proxied(ctx: TestContext, options: AppOptions): Promise<Proxied> {
  const served = await listening(routes, options);
  const front = (await startNginx(served.port)) ?? ctx.skip(noNginx);
  return { ...served, front, through: (path) => `wss://127.0.0.1:${front}${path}` };
}

async function known(url: string, options: ClientOptions): Promise<unknown> {
  const client = await openWs(url, options);
  const [text] = await client.received(1);
  await client.closed;
  return JSON.parse(String(text));
}

test('behind nginx and with trustProxy, address, scheme and host are those of the client', async (ctx) => {
  const { through, front } = await proxied(ctx, { trustProxy: 1 });
  const expected = { remoteAddress: '127.0.0.2', secure: true, host: `127.0.0.1:${front}` };
  expect(await known(through('/about'), elsewhere)).toEqual(expected);
  expect(await known(through('/renamed/about'), elsewhere)).toEqual(expected);
});

test('behind nginx and without trustProxy, address and scheme are those of nginx', async (ctx) => {
  const { through, front } = await proxied(ctx, {});
  const expected = { remoteAddress: '127.0.0.1', secure: false, host: `127.0.0.1:${front}` };
  expect(await known(through('/about'), elsewhere)).toEqual(expected);
  expect(await known(through('/renamed/about'), elsewhere)).toEqual({ ...expected, host: 'app.internal' });
});

for (const trustProxy of [1, '127.0.0.1/32', ['127.0.0.1'], (address: string) => address === '127.0.0.1'] as const) {
  test(`an X-Forwarded-For that the client made up is not believed: trustProxy ${trustProxy}`, async (ctx) => {
    const { through } = await proxied(ctx, { trustProxy });
    const headers = {
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Host': 'evil.example',
    };
    expect(await known(through('/about'), { ...elsewhere, headers })).toMatchObject({
      remoteAddress: '127.0.0.2',
      secure: true,
    });
  });
}

test('trustProxy: true believes everybody, also what the client made up', async (ctx) => {
  const { through } = await proxied(ctx, { trustProxy: true });
  const headers = { 'X-Forwarded-For': '203.0.113.9' };
  expect(await known(through('/about'), { ...elsewhere, headers })).toMatchObject({ remoteAddress: '203.0.113.9' });
});

test('the same origin is that of the page in front of the proxy', async (ctx) => {
  const { through, front } = await proxied(ctx, { trustProxy: 1 });
  const from = (origin: string) => ({ ca, origin });
  for (const path of ['/about', '/renamed/about']) {
    expect(await statusOf(through(path), from(`https://127.0.0.1:${front}`))).toBe(101);
    expect(await statusOf(through(path), from('https://evil.example'))).toBe(403);
  }
});

test('a proxy that renames the host and is not trusted makes every page a foreign one', async (ctx) => {
  const { through, front } = await proxied(ctx, {});
  const options = { ca, origin: `https://127.0.0.1:${front}` };
  expect(await statusOf(through('/about'), options)).toBe(101);
  expect(await statusOf(through('/renamed/about'), options)).toBe(403);
});

test('behind nginx the limit per address counts clients when it is trusted, and nginx when not', async (ctx) => {
  const limit = { maxChannelsPerAddress: 2 };
  const trusted = await proxied(ctx, { ...limit, trustProxy: 1 });
  for (let i = 0; i < 2; i++) await openWs(trusted.through('/silent'), { ca });
  expect(await statusOf(trusted.through('/silent'), { ca })).toBe(429);
  const spoof = { ca, headers: { 'X-Forwarded-For': '203.0.113.9' } };
  expect(await statusOf(trusted.through('/silent'), spoof)).toBe(429);
  expect(await statusOf(trusted.through('/silent'), elsewhere)).toBe(101);
  const untrusted = await proxied(ctx, limit);
  for (let i = 0; i < 2; i++) await openWs(untrusted.through('/silent'), { ca });
  expect(await statusOf(untrusted.through('/silent'), elsewhere)).toBe(429);
});

test('messages and close codes pass the proxy both ways', async (ctx) => {
  const { through, record, app } = await proxied(ctx, {});
  const client = await openWs(through('/echo'), { ca });
  client.ws.send('hello');
  expect(await client.received(1)).toEqual(['hello']);
  client.ws.close(4000, 'bye');
  expect(await client.closed).toEqual({ code: 4000, reason: 'bye' });
  expect(await record()).toEqual({ code: 4000, reason: 'bye', clean: true, by: 'peer' });
  expect(await (await openWs(through('/error'), { ca })).closed).toEqual({ code: 4001, reason: 'so long' });
  const silent = await openWs(through('/silent'), { ca });
  const ended = app.close();
  expect(await silent.closed).toEqual({ code: 1001, reason: '' });
  await ended;
});

test('a client that vanishes behind the proxy is 1006 by the transport', async (ctx) => {
  const { through, record } = await proxied(ctx, {});
  (await openWs(through('/silent'), { ca })).ws.terminate();
  expect(await record()).toEqual({ code: 1006, reason: '', clean: false, by: 'transport' });
});

test('refusals pass the proxy', async (ctx) => {
  const { through } = await proxied(ctx, {});
  expect(await statusOf(through('/nowhere'), { ca })).toBe(404);
});
