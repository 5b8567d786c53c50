import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import session, { type SessionData } from 'express-session';
import { map, of } from 'rxjs';
import { reject, route, sluice, type UpgradeRequest } from 'sluice';
import { expect, onTestFinished, test } from 'vitest';
import { listening, watch } from '../support/server.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

declare module 'express-session' {
  interface SessionData {
    visitor?: string;
  }
}

test('the session option reads a session of express-session', async () => {
  const sessions = session({ secret: 'a secret', resave: false, saveUninitialized: false });
  const site = express();
  site.use(sessions);
  site.post('/login', (request, response) => {
    request.session.visitor = 'ann';
    response.sendStatus(204);
  });
  const server = site.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const port = (server.address() as AddressInfo).port;

  const read = (_request: unknown, incoming: IncomingMessage) =>
    new Promise<Partial<SessionData>>((resolve, refuse) => {
      const request = incoming as express.Request;
      const response = new ServerResponse(incoming) as express.Response;
      sessions(request, response, (error: unknown) => (error ? refuse(error) : resolve(request.session)));
    });
  const { app } = watch(
    sluice([
      route(
        '/me',
        { session: read, guard: ({ session: { visitor } }) => (visitor ? { visitor } : reject(401)) },
        ({ in$, context }) => in$.pipe(map((text) => `${context.visitor}: ${text}`)),
      ),
    ]),
  );
  app.attach(server);

  expect(await statusOf(`ws://127.0.0.1:${port}/me`)).toBe(401);
  const login = await fetch(`http://127.0.0.1:${port}/login`, { method: 'POST' });
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const client = await openWs(`ws://127.0.0.1:${port}/me`, { headers: { cookie } });
  client.ws.send('hello');
  expect(await client.received(1)).toEqual(['ann: hello']);
  expect(await statusOf(`ws://127.0.0.1:${port}/me`, { headers: { cookie: `${cookie}x` } })).toBe(401);
  client.ws.close();
  await client.closed;
});

const key = 'a key';
const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');

/** The user of a cookie `user.signature`, if the signature is ours. */
function signedUser({ cookies }: UpgradeRequest): string | undefined {
  const [user = '', signature = ''] = cookies.user?.split('.') ?? [];
  const [given, right] = [Buffer.from(signature), Buffer.from(sign(user))];
  return given.length === right.length && timingSafeEqual(given, right) ? user : undefined;
}

test('the session option reads a signed cookie, and a forged one is refused', async () => {
  const { url } = await listening([
    route(
      '/me',
      {
        session: (request) => ({ user: signedUser(request) }),
        guard: ({ session: { user } }) => (user ? { user } : reject(401)),
      },
      ({ context, request }) => of(context.user, request.session.user ?? ''),
    ),
  ]);
  const withCookie = (cookie: string) => ({ headers: { cookie } });
  const client = await openWs(url('/me'), withCookie(`other=1; user=ann.${sign('ann')}`));
  expect(await client.received(2)).toEqual(['ann', 'ann']);
  expect(await statusOf(url('/me'), withCookie(`user=bob.${sign('ann')}`))).toBe(401);
  expect(await statusOf(url('/me'), withCookie('user=ann'))).toBe(401);
  expect(await statusOf(url('/me'))).toBe(401);
});

test('a session that cannot be read refuses with 500 and is told to errors$', async () => {
  const { url, errors } = await listening([
    route('/', { session: () => Promise.reject(new Error('store is down')) }, () => of('never')),
  ]);
  expect(await statusOf(url('/'))).toBe(500);
  expect(errors).toMatchObject([{ error: { message: 'store is down' }, route: '/' }]);
});
