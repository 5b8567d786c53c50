import { setTimeout as sleep } from 'node:timers/promises';
import { route, sluice } from 'sluice';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';

const resources = (kind: string): number => process.getActiveResourcesInfo().filter((name) => name === kind).length;

const listeners = (): number => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

/** Opens a channel, echoes a message and ends in one of several ways. */
function visit(url: string, index: number): Promise<void> {
  return new Promise((resolve) => {
    const ws = new WebSocket(url);
    ws.on('open', () => ws.send('hello'));
    ws.on('message', () => (index % 3 === 0 ? ws.terminate() : index % 3 === 1 ? ws.close() : ws.send('bye')));
    ws.on('error', () => {});
    ws.on('close', () => resolve());
  });
}

test('a thousand channels leave no socket, timer or listener behind', async () => {
  const before = { sockets: resources('TCPSocketWrap'), timers: resources('Timeout'), listeners: listeners() };
  const app = sluice([
    route('/', (channel) => {
      channel.signal.addEventListener('abort', () => {});
      channel.in$.subscribe((text) => (text === 'bye' ? channel.close(4000) : channel.out.next(text)));
    }),
  ]);
  const { port } = await app.listen(0, '127.0.0.1');
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => visit(`ws://127.0.0.1:${port}/`, index)));
  }
  for (let waited = 0; app.channels.size > 0 && waited < 100; waited++) await sleep(10);
  expect(app.channels.size).toBe(0);
  await app.close();
  await sleep(20);
  expect(resources('TCPSocketWrap')).toBe(before.sockets);
  expect(resources('TCPServerWrap')).toBe(0);
  expect(resources('Timeout')).toBeLessThanOrEqual(before.timers);
  expect(listeners()).toBe(before.listeners);
});
