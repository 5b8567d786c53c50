import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, route, sluice } from 'sluice';
import { Server as SocketIoServer } from 'socket.io';
import { io } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { watch } from '../support/server.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

const routes = [route('/echo', ({ in$ }) => in$), route('/slow', { guard: () => sleep(80, {}) }, ({ in$ }) => in$)];

const orders = ['ours first', 'theirs first'] as const;

/** A server with both attached in an order, that listens until the test is over. */
async function shared(order: (typeof orders)[number], app: App, theirs: (server: Server) => void): Promise<number> {
  const server = createServer();
  if (order === 'ours first') app.attach(server);
  theirs(server);
  if (order === 'theirs first') app.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function echoes(url: string, prefix = ''): Promise<void> {
  const client = await openWs(url);
  client.ws.send('hello');
  expect(await client.received(1)).toEqual([`${prefix}hello`]);
  client.ws.close();
  await client.closed;
}

/** A `ws` server as it is to stand beside others: it takes only its own path. */
function foreign(server: Server): void {
  const wss = new WebSocketServer({ noServer: true, path: '/foreign' });
  wss.on('connection', (ws) => ws.on('message', (data) => ws.send(`theirs: ${data}`)));
  server.on('upgrade', (request, socket, head) => {
    if (!wss.shouldHandle(request)) return;
    wss.handleUpgrade(request, socket, head, (ws) => wss.emit('connection', ws, request));
  });
  onTestFinished(() => wss.close());
}

for (const order of orders) {
  test(`a ws server that takes only its path and an app both work, ${order}`, async () => {
    const port = await shared(order, watch(sluice(routes)).app, foreign);
    await echoes(`ws://127.0.0.1:${port}/foreign`, 'theirs: ');
    await echoes(`ws://127.0.0.1:${port}/echo`);
    await echoes(`ws://127.0.0.1:${port}/slow`);
  });

  test(`a ws server given { server, path } answers 400 to the paths of everybody else, ${order}`, async () => {
    const { app } = watch(sluice(routes));
    const port = await shared(order, app, (server) => {
      const wss = new WebSocketServer({ server, path: '/foreign' });
      onTestFinished(() => wss.close());
    });
    expect(await statusOf(`ws://127.0.0.1:${port}/echo`)).toBe(400);
    expect(app.channels.size).toBe(0);
  });

  test(`a ws server given { server } takes our paths as well: told to errors$, harmless to the process, ${order}`, async () => {
    const { app, errors } = watch(sluice(routes, { maxChannels: 1 }));
    const port = await shared(order, app, (server) => {
      const wss = new WebSocketServer({ server });
      wss.on('connection', (ws) => ws.on('message', (data) => ws.send(`theirs: ${data}`)));
      onTestFinished(() => {
        for (const ws of wss.clients) ws.terminate();
        wss.close();
      });
    });
    await echoes(`ws://127.0.0.1:${port}/echo`, 'theirs: ');
    await echoes(`ws://127.0.0.1:${port}/echo`, 'theirs: ');
    expect(errors).toMatchObject([{ route: '/echo' }, { route: '/echo' }]);
    expect(app.channels.size).toBe(0);
  });

  test(`Socket.IO with destroyUpgrade: false and an app both work, ${order}`, async () => {
    const port = await shared(order, watch(sluice(routes)).app, (server) => {
      const socketIo = new SocketIoServer(server, { destroyUpgrade: false });
      socketIo.on('connection', (socket) => socket.on('ask', (text, answer) => answer(`theirs: ${text}`)));
      onTestFinished(() => void socketIo.close());
    });
    for (const transports of [['websocket'], ['polling', 'websocket']]) {
      const socket = io(`http://127.0.0.1:${port}`, { transports });
      expect(await socket.emitWithAck('ask', 'hello')).toBe('theirs: hello');
      socket.close();
    }
    await echoes(`ws://127.0.0.1:${port}/echo`);
    await echoes(`ws://127.0.0.1:${port}/slow`);
  });

  test(`Socket.IO as it is cuts a handshake whose guard takes longer than its destroyUpgradeTimeout, ${order}`, async () => {
    const { app, event } = watch(sluice(routes));
    const port = await shared(order, app, (server) => {
      const socketIo = new SocketIoServer(server, { destroyUpgradeTimeout: 20 });
      onTestFinished(() => void socketIo.close());
    });
    await echoes(`ws://127.0.0.1:${port}/echo`);
    await expect(openWs(`ws://127.0.0.1:${port}/slow`)).rejects.toThrow();
    expect(await event('refused')).toMatchObject({ reason: 'abandoned' });
  });
}
