import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../examples/demo/app.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await startDemo(0);
});
afterAll(() => demo.close());

const statusAt = async (path: string, method = 'GET') => (await fetch(demo.url + path, { method })).status;

/** Signs in and answers the cookie line. */
async function signIn(): Promise<string> {
  const answer = await fetch(`${demo.url}/sign-in`, { method: 'POST' });
  expect(answer.status).toBe(204);
  return answer.headers.getSetCookie()[0] ?? '';
}

const nameAndValue = (line: string) => line.split(';')[0] ?? '';

describe('the demo', () => {
  test('answers plain HTTP with 426 on the paths of sockets and 404 elsewhere', async () => {
    const examples = ['/echo', '/hello', '/greet', '/chat/lobby?name=ada', '/clock', '/secret'];
    for (const path of [...examples, '/slow', '/rows', '/prices', '/prices/all', '/reader', '/pressure/x']) {
      expect([path, await statusAt(path)]).toEqual([path, 426]);
    }
    expect(await statusAt('/')).toBe(200);
    expect(await statusAt('/chat')).toBe(404);
    expect(await statusAt('/nowhere')).toBe(404);
    expect(await statusAt('/sign-in')).toBe(405);
  });

  test('has a socket at each path that it says it has', async () => {
    const examples = ['/echo', '/hello', '/greet', '/chat/lobby', '/clock'];
    for (const path of [...examples, '/slow', '/rows', '/prices', '/prices/all', '/reader?of=/rows', '/pressure/x']) {
      const peer = await openWs(demo.url + path);
      peer.ws.close();
      await peer.closed;
    }
    expect(await statusOf(`${demo.url}/nowhere`)).toBe(404);
  });

  test('signs in with an HttpOnly, SameSite=Strict cookie that opens /secret', async () => {
    expect(await statusOf(`${demo.url}/secret`)).toBe(401);
    const line = await signIn();
    expect(line).toMatch(/^session=\S+; Max-Age=300; Path=\/; HttpOnly; SameSite=Strict$/);
    const peer = await openWs(`${demo.url}/secret`, { headers: { Cookie: nameAndValue(line) } });
    expect(await peer.received(1)).toEqual(['You are signed in as ada.']);
  });

  test('signs out by taking the cookie away', async () => {
    const answer = await fetch(`${demo.url}/sign-out`, { method: 'POST' });
    const line = answer.headers.getSetCookie()[0] ?? '';
    expect(line).toBe('session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict');
    expect(await statusOf(`${demo.url}/secret`, { headers: { Cookie: nameAndValue(line) } })).toBe(401);
  });

  test('refuses a page of another origin with 403', async () => {
    expect(await statusOf(`${demo.url}/echo`, { origin: 'http://elsewhere.example' })).toBe(403);
    expect(await statusOf(`${demo.url}/echo`, { origin: demo.url })).toBe(101);
  });

  test('closes its channels with 1001', async () => {
    const other = await startDemo(0);
    const peer = await openWs(`${other.url}/echo`);
    await other.close();
    expect(await peer.closed).toMatchObject({ code: 1001 });
  });
});
