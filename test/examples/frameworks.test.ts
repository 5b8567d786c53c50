import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { expressServer } from '../../examples/express.ts';
import { expressSessionServer } from '../../examples/express-session.ts';
import { fastifyServer } from '../../examples/fastify.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function echoes(url: string): Promise<void> {
  const peer = await openWs(`${url}/echo`);
  peer.ws.send('a');
  expect(await peer.received(1)).toEqual(['a']);
}

describe('the examples of web frameworks', () => {
  test('Express answers HTTP and the app its sockets', async () => {
    const { server, app } = expressServer();
    const url = await listen(server);
    expect(await (await fetch(url)).text()).toContain('Express is here');
    await echoes(url);
    await app.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('Fastify answers HTTP and the app its sockets; closing it closes the channels with 1001', async () => {
    const { web } = fastifyServer();
    const url = await web.listen({ port: 0, host: '127.0.0.1' });
    expect(await (await fetch(url)).text()).toContain('Fastify is here');
    await echoes(url);
    const peer = await openWs(`${url}/echo`);
    await web.close();
    expect(await peer.closed).toMatchObject({ code: 1001 });
  });

  test('a session of express-session opens the guarded route, and without one it is 401', async () => {
    const { server, app } = expressSessionServer('a secret for tests');
    const url = await listen(server);
    expect(await statusOf(`${url}/whoami`)).toBe(401);
    const answer = await fetch(`${url}/sign-in/ada`, { method: 'POST' });
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const peer = await openWs(`${url}/whoami`, { headers: { Cookie: cookie } });
    expect(await peer.received(1)).toEqual(['You are ada.']);
    expect(await peer.closed).toMatchObject({ code: 1000 });
    await app.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
