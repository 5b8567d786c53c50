import { Duplex } from 'node:stream';
import { reject } from 'sluice';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/edge/clock.ts';
import { refuse, response } from '../../src/edge/http-refuse.ts';

/** A connection whose peer takes what is written, or not. */
function connection(takes: boolean): { socket: Duplex; written: () => string } {
  let written = '';
  const socket = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      written += chunk;
      if (takes) done();
    },
  });
  return { socket, written: () => written };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('an answer is complete: status, type, length, fields and body', () => {
  expect(response(reject(403, 'Größe', { 'X-A': ['1', '2'] })).split('\r\n')).toEqual([
    'HTTP/1.1 403 Forbidden',
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Length: 8',
    'X-A: 1',
    'X-A: 2',
    '',
    'Größe\n',
  ]);
});

test('the type of the body may be given', () => {
  const text = response(reject(400, '{}', { 'content-type': 'application/json' }));
  expect(text).toContain('\r\ncontent-type: application/json\r\n');
  expect(text).not.toContain('text/plain');
});

test('426 says what to come back with', () => {
  const text = response(reject(426));
  expect(text).toContain('\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n');
});

test('an answer to HEAD has no body', () => {
  expect(response(reject(404), 'HEAD')).toMatch(/Content-Length: 10\r\n\r\n$/);
});

test('a status without a name has its number for a body', () => {
  expect(response(reject(499))).toMatch(/^HTTP\/1\.1 499 \r\n.*\r\n\r\n499\n$/s);
});

test('a refused connection is ended, and closed when its peer ends as well', async () => {
  const { socket, written } = connection(true);
  refuse(socket, 'GET', reject(404), systemClock);
  await vi.advanceTimersByTimeAsync(0);
  expect(written()).toContain('404 Not Found');
  expect([socket.writableFinished, socket.destroyed]).toEqual([true, false]);
  socket.push(null);
  await vi.advanceTimersByTimeAsync(0);
  expect(socket.destroyed).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('a refused peer that stays or does not read is cut off after two seconds', async () => {
  for (const takes of [true, false]) {
    const { socket } = connection(takes);
    refuse(socket, 'GET', reject(404), systemClock);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(socket.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(socket.destroyed).toBe(true);
  }
});

test('a connection that cannot be written to is closed at once', () => {
  const { socket, written } = connection(true);
  socket.end();
  refuse(socket, 'GET', reject(404), systemClock);
  expect([socket.destroyed, written()]).toEqual([true, '']);
});
