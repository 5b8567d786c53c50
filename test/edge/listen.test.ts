import { NEVER } from 'rxjs';
import { route, sluice } from 'sluice';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/edge/clock.ts';
import { listen } from '../../src/edge/listen.ts';
import type { Upgrader } from '../../src/edge/upgrade.ts';
import { RawClient } from '../support/raw-client.ts';
import { listening, watch } from '../support/server.ts';
import { statusOf } from '../support/ws-client.ts';

const routes = [route('/', () => NEVER)];

test('listen tells where: a free port for 0, and the address', async () => {
  const { app } = watch(sluice(routes));
  const listening = await app.listen(0, '127.0.0.1');
  expect(listening).toEqual({ port: expect.any(Number), host: '127.0.0.1' });
  expect(listening.port).toBeGreaterThan(0);
});

test('listen on a port that is taken rejects, and the app goes on', async () => {
  const { port, url, app } = await listening(routes);
  await expect(app.listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(await statusOf(url('/'))).toBe(101);
});

test('an app that is closed while it begins to listen rejects, and does not listen', async () => {
  const { app } = watch(sluice(routes));
  const began = app.listen(0, '127.0.0.1');
  await app.close();
  await expect(began).rejects.toMatchObject({ code: 'SLUICE_APP_CLOSED' });
});

test('after close nobody listens on the port', async () => {
  const { port, app } = await listening(routes);
  await app.close();
  await expect(RawClient.connect(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('an error of the server that listens is reported and does not end the process', async () => {
  const reported: unknown[] = [];
  const { server } = await listen(0, '127.0.0.1', [], {} as Upgrader, systemClock, (error) => reported.push(error));
  onTestFinished(() => void server.close());
  const error = new Error('accept ECONNABORTED');
  server.emit('error', error);
  expect(reported).toEqual([error]);
});

test('handshakeTimeout bounds headers: the longest of the routes counts', async () => {
  const { port } = await listening([
    route('/a', { handshakeTimeout: 40 }, () => NEVER),
    route('/b', { handshakeTimeout: 80 }, () => NEVER),
  ]);
  const client = await RawClient.connect(port);
  const start = performance.now();
  await client.ended;
  expect(performance.now() - start).toBeGreaterThan(70);
});
