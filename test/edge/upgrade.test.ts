import { setTimeout as sleep } from 'node:timers/promises';
import { NEVER } from 'rxjs';
import { type Accepted, accept, route } from 'sluice';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/edge/clock.ts';
import { listen } from '../../src/edge/listen.ts';
import { Upgrader } from '../../src/edge/upgrade.ts';
import { AppCore } from '../../src/server/app.ts';
import { compileRoutes } from '../../src/server/compile.ts';
import { RawClient, upgradeRequest } from '../support/raw-client.ts';

/** An upgrader on a server of its own, with the inside of its app at hand. */
async function serving(guard: () => Accepted | Promise<Accepted> = () => accept()) {
  const routes = compileRoutes([route('/', { guard, heartbeat: false, closeTimeout: 50 }, () => NEVER)], {});
  const printed: unknown[] = [];
  const core = new AppCore(
    routes,
    {},
    { clock: systemClock, idPrefix: '', print: (_where, error) => printed.push(error) },
  );
  const upgrader = new Upgrader(core);
  const { server, listening } = await listen(0, '127.0.0.1', routes, upgrader, systemClock, () => {});
  const stop = async (): Promise<void> => {
    for (const inside of core.cores) inside.life.cut();
    upgrader.cut();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { core, server, upgrader, port: listening.port, printed, stop };
}

test('an error inside a handshake costs its connection, not the process', async () => {
  const { core, port, printed, stop } = await serving();
  const error = new Error('a bug');
  core.take = () => {
    throw error;
  };
  const client = await RawClient.connect(port);
  client.write(upgradeRequest('/'));
  await expect(client.answer()).rejects.toThrow('without an answer');
  expect(printed).toEqual([error]);
  await stop();
});

test('a handshake that is refused on a connection destroyed with an error costs no more than that', async () => {
  const uncaught: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => uncaught.push(error));
  const { server, port, stop } = await serving();
  server.prependListener('upgrade', (_incoming, socket) => socket.destroy(new Error('banned')));
  server.listenerCount = () => 1;
  const client = await RawClient.connect(port);
  client.write(upgradeRequest('/other'));
  await expect(client.answer()).rejects.toThrow('without an answer');
  await sleep(20);
  process.removeAllListeners('uncaughtException');
  for (const listener of others) process.on('uncaughtException', listener);
  expect(uncaught).toEqual([]);
  await stop();
});

test('a handshake leaves none of its listeners on the connection', async () => {
  const { server, port, stop } = await serving();
  const counted = new Promise<number[]>((resolve) => {
    server.on('connection', (socket) => {
      const count = (): number[] => ['error', 'end', 'close'].map((name) => socket.listenerCount(name));
      server.on('upgrade', () => setTimeout(() => resolve(count()), 20));
    });
  });
  await RawClient.open(port, '/');
  // Those of ws, or of our intake in its place, and Node's own for `end`.
  const [error = 0, end = 0, close = 0] = await counted;
  expect(error).toBeLessThanOrEqual(1);
  expect(end).toBeLessThanOrEqual(2);
  expect(close).toBeLessThanOrEqual(1);
  await stop();
});

test('drain refuses the handshakes that are going on, cut closes what is left of them', async () => {
  const { upgrader, port, stop } = await serving(() => new Promise(() => {}));
  const [polite, cut] = [await RawClient.connect(port, { allowHalfOpen: true }), await RawClient.connect(port)];
  polite.write(upgradeRequest('/'));
  await sleep(20);
  upgrader.drain();
  expect((await polite.answer()).status).toBe(503);
  cut.write(upgradeRequest('/'));
  await sleep(20);
  upgrader.cut();
  await expect(cut.answer()).rejects.toThrow('without an answer');
  await stop();
});
