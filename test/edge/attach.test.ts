import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { NEVER } from 'rxjs';
import { route } from 'sluice';
import { expect, test, vi } from 'vitest';
import { attach } from '../../src/edge/attach.ts';
import type { Upgrader } from '../../src/edge/upgrade.ts';
import { compileRoutes } from '../../src/server/compile.ts';

const routes = compileRoutes([route('/a/:b', () => NEVER)], {});

/** A server with our listener; `ask` answers whether it took the request. */
function attached(elapsed?: (socket: NetSocket) => number) {
  const server = new EventEmitter();
  const upgrade = vi.fn();
  const upgradeSoon = vi.fn();
  const detach = attach(server, routes, { upgrade, upgradeSoon } as unknown as Upgrader, elapsed);
  const ask = (url: string | undefined): boolean => {
    vi.clearAllMocks();
    server.emit('upgrade', { url } as IncomingMessage, {}, Buffer.alloc(0));
    return upgrade.mock.calls.length + upgradeSoon.mock.calls.length > 0;
  };
  return { server, upgrade, upgradeSoon, detach, ask };
}

test('alone, every upgrade request is taken', () => {
  const { ask } = attached();
  expect([ask('/a/1'), ask('/other'), ask(undefined)]).toEqual([true, true, true]);
});

test('beside others only our own paths are taken, those that cannot be decoded among them', () => {
  const { server, ask } = attached();
  server.on('upgrade', () => {});
  expect([ask('/a/1'), ask('/a/1?b=c'), ask('/a/%zz'), ask('http://host/a/1')]).toEqual([true, true, true, true]);
  expect([ask('/other'), ask('/a'), ask('/A/1'), ask('/other?/a/1')]).toEqual([false, false, false, false]);
});

test('beside others it is their turn first', () => {
  const { server, ask, upgrade, upgradeSoon } = attached();
  ask('/a/1');
  expect([upgrade.mock.calls.length, upgradeSoon.mock.calls.length]).toEqual([1, 0]);
  server.on('upgrade', () => {});
  ask('/a/1');
  expect([upgrade.mock.calls.length, upgradeSoon.mock.calls.length]).toEqual([0, 1]);
});

test('detaching takes the listener away, twice as well as once', () => {
  const { server, detach, ask } = attached();
  detach();
  detach();
  expect([server.listenerCount('upgrade'), ask('/a/1')]).toEqual([0, false]);
});

test('the time that a connection has had is handed on', () => {
  const { ask, upgrade } = attached(() => 42);
  ask('/a/1');
  expect(upgrade.mock.calls[0]?.[3]).toBe(42);
  const plain = attached();
  plain.ask('/a/1');
  expect(plain.upgrade.mock.calls[0]?.[3]).toBe(0);
});
