import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import Fastify from 'fastify';
import { route, sluice } from 'sluice';
import { expect, onTestFinished, test } from 'vitest';
import { watch } from '../support/server.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

const routes = [route('/echo', ({ in$ }) => in$)];

async function bothWork(port: number): Promise<void> {
  const client = await openWs(`ws://127.0.0.1:${port}/echo`);
  client.ws.send('hello');
  expect(await client.received(1)).toEqual(['hello']);
  expect(await (await fetch(`http://127.0.0.1:${port}/page`)).text()).toBe('a page');
  expect((await fetch(`http://127.0.0.1:${port}/echo`)).status).toBe(404);
  expect(await statusOf(`ws://127.0.0.1:${port}/page`)).toBe(404);
  client.ws.close();
  await client.closed;
}

test('Express 5 and an app share the server that app.listen() answers', async () => {
  const site = express();
  site.get('/page', (_request, response) => void response.send('a page'));
  const server = site.listen(0, '127.0.0.1');
  watch(sluice(routes)).app.attach(server);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  await bothWork((server.address() as AddressInfo).port);
});

test('Express 5 and an app share an http server', async () => {
  const site = express();
  site.get('/page', (_request, response) => void response.send('a page'));
  const server = createServer(site).listen(0, '127.0.0.1');
  watch(sluice(routes)).app.attach(server);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  await bothWork((server.address() as AddressInfo).port);
});

test('Fastify 5 and an app share fastify.server', async () => {
  const site = Fastify();
  site.get('/page', async () => 'a page');
  watch(sluice(routes)).app.attach(site.server);
  onTestFinished(() => site.close());
  await site.listen({ port: 0, host: '127.0.0.1' });
  await bothWork((site.server.address() as AddressInfo).port);
});

test('Fastify 5 closes with its channels when a preClose hook closes the app', async () => {
  const site = Fastify();
  const { app } = watch(sluice(routes));
  app.attach(site.server);
  // `preClose` runs before the server waits for its connections; `onClose` would run after that.
  site.addHook('preClose', () => app.close());
  await site.listen({ port: 0, host: '127.0.0.1' });
  const client = await openWs(`ws://127.0.0.1:${(site.server.address() as AddressInfo).port}/echo`);
  await site.close();
  expect((await client.closed).code).toBe(1001);
});
