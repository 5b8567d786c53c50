import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect as connectHttp2, createSecureServer } from 'node:http2';
import { createServer as createTlsServer, get as getTls } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { NEVER } from 'rxjs';
import { route, sluice } from 'sluice';
import { expect, onTestFinished, test } from 'vitest';
import { closeFrame, RawClient, upgradeRequest } from '../support/raw-client.ts';
import { watch } from '../support/server.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

const pem = (name: string): Buffer => readFileSync(new URL(`../fixtures/localhost.${name}.pem`, import.meta.url));
const tls = { key: pem('key'), cert: pem('cert') };
const trusted = { ca: tls.cert, servername: 'localhost' };
const routes = [route('/echo', ({ in$ }) => in$), route('/silent', () => NEVER)];

/** Makes a server listen until the test is over. */
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function echoes(url: string, options = {}): Promise<void> {
  const client = await openWs(url, options);
  client.ws.send('hello');
  expect(await client.received(1)).toEqual(['hello']);
  client.ws.close(4000);
  expect((await client.closed).code).toBe(4000);
}

test('an attached http server keeps its own answers, also on the path of a socket', async () => {
  const server = createServer((request, response) => response.end(`plain ${request.url}`));
  const { app } = watch(sluice(routes));
  app.attach(server);
  const port = await listen(server);
  await echoes(`ws://127.0.0.1:${port}/echo`);
  expect(await (await fetch(`http://127.0.0.1:${port}/echo`)).text()).toBe('plain /echo');
  expect(await (await fetch(`http://127.0.0.1:${port}/other`)).text()).toBe('plain /other');
});

test('an attached https server serves wss, and the request is secure', async () => {
  const server = createTlsServer(tls, (_request, response) => response.end('plain'));
  const { app, event } = watch(sluice(routes));
  app.attach(server);
  const port = await listen(server);
  await echoes(`wss://127.0.0.1:${port}/echo`, trusted);
  expect((await event('opened')).channel.request).toMatchObject({ secure: true, remoteAddress: '127.0.0.1' });
  const status = await new Promise((resolve) => {
    getTls({ port, host: '127.0.0.1', ...trusted }, (response) => resolve(response.resume().statusCode)).end();
  });
  expect(status).toBe(200);
});

test('a refusal over TLS is a whole answer', async () => {
  const server = createTlsServer(tls);
  watch(sluice(routes)).app.attach(server);
  const client = await RawClient.connect(await listen(server), { tls: trusted });
  client.write(upgradeRequest('/nowhere'));
  expect(await client.answer()).toMatchObject({ status: 404, body: 'Not Found\n' });
  await client.ended;
});

test('a reset and a silent end over TLS are 1006 by the transport', async () => {
  const server = createTlsServer(tls);
  const { app, record } = watch(sluice(routes));
  app.attach(server);
  const port = await listen(server);
  for (const count of [1, 2]) {
    const client = await RawClient.connect(port, { tls: trusted });
    client.write(upgradeRequest('/silent'));
    expect((await client.answer()).status).toBe(101);
    if (count === 1) client.socket.destroy();
    else client.socket.end();
    expect(await record(count)).toMatchObject({ code: 1006, by: 'transport' });
  }
});

test('an http2 server that allows HTTP/1 serves HTTP/2 and wss on one port', async () => {
  const server = createSecureServer({ ...tls, allowHTTP1: true }, (_request, response) => response.end('plain'));
  watch(sluice(routes)).app.attach(server);
  const port = await listen(server);
  const session = connectHttp2(`https://127.0.0.1:${port}`, trusted);
  const stream = session.request({ ':path': '/' });
  const [headers] = await once(stream, 'response');
  expect(headers[':status']).toBe(200);
  await echoes(`wss://127.0.0.1:${port}/echo`, trusted);
  session.close();
});

test('alone on its server, an app answers 404 for other upgrade paths; beside others it leaves them alone', async () => {
  const server = createServer();
  watch(sluice(routes)).app.attach(server);
  const port = await listen(server);
  expect(await statusOf(`ws://127.0.0.1:${port}/nowhere`)).toBe(404);
  server.on('upgrade', (request, socket) => {
    if (request.url === '/theirs') socket.end('HTTP/1.1 418 I am a teapot\r\nContent-Length: 0\r\n\r\n');
  });
  expect(await statusOf(`ws://127.0.0.1:${port}/theirs`)).toBe(418);
  await echoes(`ws://127.0.0.1:${port}/echo`);
});

test('two apps share a server: each serves its own paths', async () => {
  const server = createServer();
  const a = watch(sluice([route('/a', ({ in$ }) => in$)]));
  const b = watch(sluice([route('/b', ({ in$ }) => in$)]));
  a.app.attach(server);
  b.app.attach(server);
  const port = await listen(server);
  await echoes(`ws://127.0.0.1:${port}/a`);
  await echoes(`ws://127.0.0.1:${port}/b`);
});

test('one app serves several servers, and may listen as well', async () => {
  const { app } = watch(sluice(routes));
  const servers = [createServer(), createServer()];
  for (const server of servers) app.attach(server);
  const ports = await Promise.all(servers.map(listen));
  ports.push((await app.listen(0, '127.0.0.1')).port);
  for (const port of ports) await echoes(`ws://127.0.0.1:${port}/echo`);
});

test('detaching takes the listener away, and open channels stay', async () => {
  const server = createServer((_request, response) => response.end('plain'));
  const { app } = watch(sluice(routes));
  const before = server.listenerCount('upgrade');
  const detach = app.attach(server);
  const port = await listen(server);
  const client = await openWs(`ws://127.0.0.1:${port}/echo`);
  detach();
  detach();
  expect(server.listenerCount('upgrade')).toBe(before);
  client.ws.send('still here');
  expect(await client.received(1)).toEqual(['still here']);
  expect(await statusOf(`ws://127.0.0.1:${port}/echo`)).toBe(200);
});

test('closing an attached app ends its channels and leaves the server alone; new upgrades get 503', async () => {
  const server = createServer((_request, response) => response.end('plain'));
  const { app, records } = watch(sluice(routes));
  app.attach(server);
  const port = await listen(server);
  const client = await openWs(`ws://127.0.0.1:${port}/echo`);
  await app.close();
  expect((await client.closed).code).toBe(1001);
  expect(records).toHaveLength(1);
  expect(await statusOf(`ws://127.0.0.1:${port}/echo`)).toBe(503);
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('plain');
  expect(() => app.attach(server)).toThrow('closed');
});

test('closing an attached app answers handshakes that wait for their guard with 503', async () => {
  const server = createServer();
  const { app } = watch(sluice([route('/', { guard: () => new Promise<object>(() => {}) }, () => NEVER)]));
  app.attach(server);
  const client = await RawClient.connect(await listen(server));
  client.write(upgradeRequest('/'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await app.close();
  expect((await client.answer()).status).toBe(503);
});

test('an attached server that closes waits for the channels, and their Close ends it', async () => {
  const server = createServer();
  const { app, record } = watch(sluice(routes));
  app.attach(server);
  const client = await RawClient.open(await listen(server), '/silent');
  const closed = once(server, 'close');
  server.close();
  client.write(closeFrame(1000));
  await closed;
  expect(await record()).toMatchObject({ code: 1000, by: 'peer' });
});
