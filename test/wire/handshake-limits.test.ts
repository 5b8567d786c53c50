import { NEVER } from 'rxjs';
import { anyOrigin, route } from 'sluice';
import { expect, test } from 'vitest';
import { RawClient, upgradeRequest } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

const silent = route('/', () => NEVER);

async function status(port: number, path: string, headers: Record<string, string> = {}): Promise<number> {
  const client = await RawClient.connect(port);
  client.write(upgradeRequest(path, headers));
  const answer = await client.answer();
  client.socket.destroy();
  return answer.status;
}

test('a flood above maxChannels is refused with 503, and places come back when channels end', async () => {
  const { url, app } = await listening([silent], { maxChannels: 10 });
  const answers = await Promise.allSettled(Array.from({ length: 40 }, () => openWs(url('/'))));
  const clients = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  expect(clients).toHaveLength(10);
  expect(app.channels.size).toBe(10);
  expect(await statusOf(url('/'))).toBe(503);
  for (const { ws } of clients) ws.close();
  await Promise.all(clients.map(({ closed }) => closed));
  while (app.channels.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await statusOf(url('/'))).toBe(101);
});

test('a flood of one address above maxChannelsPerAddress is refused with 429', async () => {
  const { url } = await listening([silent], { maxChannelsPerAddress: 3 });
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => openWs(url('/'))));
  expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(3);
  expect(await statusOf(url('/'))).toBe(429);
});

test('handshakes that wait for their guard count', async () => {
  const { port, url } = await listening([route('/', { guard: () => new Promise<object>(() => {}) }, () => NEVER)], {
    maxChannels: 2,
  });
  for (let i = 0; i < 2; i++) (await RawClient.connect(port)).write(upgradeRequest('/'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await statusOf(url('/'))).toBe(503);
});

test('a limit of a route leaves other routes alone, and refused handshakes take no place', async () => {
  const { url } = await listening([
    route('/one', { maxChannels: 1 }, () => NEVER),
    route('/per', { maxChannelsPerAddress: 1 }, () => NEVER),
    silent,
  ]);
  await openWs(url('/one'));
  for (let i = 0; i < 3; i++) expect(await statusOf(url('/one'))).toBe(503);
  await openWs(url('/per'));
  expect(await statusOf(url('/per'))).toBe(429);
  expect(await statusOf(url('/'))).toBe(101);
});

test('by default only pages of the same origin may connect, and what is no page', async () => {
  const { port, event } = await listening([silent]);
  expect(await status(port, '/', { Host: 'a.example:81' })).toBe(101);
  expect(await status(port, '/', { Host: 'a.example:81', Origin: 'http://a.example:81' })).toBe(101);
  expect(await status(port, '/', { Host: 'a.example', Origin: 'https://a.example' })).toBe(101);
  expect(await status(port, '/', { Host: 'a.example', Origin: 'https://A.example:443' })).toBe(101);
  expect(await status(port, '/', { Host: 'a.example', Origin: 'http://b.example' })).toBe(403);
  expect(await status(port, '/', { Host: 'a.example', Origin: 'http://a.example:8080' })).toBe(403);
  expect(await status(port, '/', { Host: 'a.example', Origin: 'null' })).toBe(403);
  expect(await event('refused')).toMatchObject({ reason: 'origin', host: 'a.example', origin: 'http://b.example' });
});

test('a list of origins is exact', async () => {
  const { port } = await listening([silent], { origins: ['https://app.example'] });
  expect(await status(port, '/', { Origin: 'https://app.example' })).toBe(101);
  expect(await status(port, '/', { Origin: 'http://app.example' })).toBe(403);
  expect(await status(port, '/', { Origin: 'https://app.example.evil.example' })).toBe(403);
  expect(await status(port, '/', { Origin: 'http://localhost' })).toBe(403);
  expect(await status(port, '/', { Origin: 'null' })).toBe(403);
  expect(await status(port, '/')).toBe(101);
});

test('anyOrigin() lets every page connect', async () => {
  const { port } = await listening([silent], { origins: anyOrigin() });
  expect(await status(port, '/', { Origin: 'https://evil.example' })).toBe(101);
  expect(await status(port, '/', { Origin: 'null' })).toBe(101);
});

test('forwarded headers are not believed without trustProxy', async () => {
  const { port, event } = await listening([silent]);
  const headers = {
    'X-Forwarded-For': '203.0.113.9',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'evil.example',
  };
  expect(await status(port, '/', { ...headers, Origin: 'https://evil.example' })).toBe(403);
  expect(await status(port, '/', headers)).toBe(101);
  const { request } = (await event('opened')).channel;
  expect([request.remoteAddress, request.secure, request.host]).toEqual(['127.0.0.1', false, 'localhost']);
});
