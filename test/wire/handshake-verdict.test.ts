import { setTimeout as sleep } from 'node:timers/promises';
import { NEVER, of } from 'rxjs';
import { accept, allOf, type HeaderFields, type Rejected, reject, route, text } from 'sluice';
import { describe, expect, test } from 'vitest';
import { closeFrame, frame, op, RawClient, upgradeRequest } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

/** The answer to an upgrade request. */
async function ask(port: number, path = '/', headers: Parameters<typeof upgradeRequest>[1] = {}) {
  const client = await RawClient.connect(port);
  client.write(upgradeRequest(path, headers));
  const answer = await client.answer();
  client.socket.destroy();
  return answer;
}

describe('accept', () => {
  test('headers and cookies stand on the 101, the context reaches the channel', async () => {
    const guard = () =>
      accept({
        context: { user: 'ann' },
        headers: { 'X-Trace': 'abc', 'X-Many': ['1', '2'] },
        cookies: { seen: '1', sid: { value: 's', httpOnly: true, path: '/' } },
      });
    const { port, event } = await listening([route('/', { guard }, () => NEVER)]);
    const { status, headers, cookies } = await ask(port);
    expect([status, headers.get('x-trace'), headers.get('x-many')]).toEqual([101, 'abc', '1, 2']);
    expect(cookies).toEqual(['seen=1', 'sid=s; Path=/; HttpOnly']);
    expect((await event('opened')).channel.context).toEqual({ user: 'ann' });
  });

  test('guards in a row see the parameters, and their contexts, headers and cookies are merged', async () => {
    const first = ({ params }: { params: { room?: string } }) =>
      accept({ context: { room: params.room }, headers: { 'X-First': '1' }, cookies: { a: '1' } });
    const second = (_request: unknown, { room }: { room: string | undefined }) =>
      accept({ context: { seen: `saw ${room}` }, headers: { 'X-Second': '2' }, cookies: { b: '2' } });
    const { port, event } = await listening([route('/:room', { guard: allOf(first, second) }, () => NEVER)]);
    const { headers, cookies } = await ask(port, '/lobby');
    expect([headers.get('x-first'), headers.get('x-second'), cookies]).toEqual(['1', '2', ['a=1', 'b=2']]);
    expect((await event('opened')).channel.context).toEqual({ room: 'lobby', seen: 'saw lobby' });
  });

  const forbidden: HeaderFields[] = [
    { 'X-A': 'a\r\nX-B: b' },
    { 'X-A': 'a\nb' },
    { 'X-A\r\nX-B': 'a' },
    { 'Sec-WebSocket-Accept': 'x' },
    { 'Sec-WebSocket-Extensions': 'permessage-deflate' },
    { Upgrade: 'h2c' },
    { Connection: 'close' },
    { 'Content-Length': '3' },
  ];
  for (const headers of forbidden) {
    test(`the header ${JSON.stringify(headers)} is refused: 500, and nothing of it on the wire`, async () => {
      const guard = () => accept({ context: {}, headers });
      const { port, errors } = await listening([route('/', { guard }, () => NEVER)]);
      expect(await ask(port)).toMatchObject({ status: 500, body: 'Internal Server Error\n' });
      expect(errors).toMatchObject([{ error: { code: 'SLUICE_BAD_HEADER' }, route: '/' }]);
    });
  }

  test('a cookie with a line end is refused with 500', async () => {
    const guard = () => accept({ context: {}, cookies: { a: { value: 'x', path: '/\r\nX-A: b' } } });
    const { port, errors } = await listening([route('/', { guard }, () => NEVER)]);
    expect((await ask(port)).status).toBe(500);
    expect(errors).toMatchObject([{ error: { code: 'SLUICE_BAD_HEADER' } }]);
  });
});

describe('reject', () => {
  test('status, body and headers make a whole HTTP answer', async () => {
    const guard = () => reject(401, 'Sign in first.', { 'WWW-Authenticate': 'Bearer', 'X-Many': ['1', '2'] });
    const { port, event } = await listening([route('/', { guard }, () => NEVER)]);
    const { status, reason, headers, body } = await ask(port);
    expect([status, reason, body]).toEqual([401, 'Unauthorized', 'Sign in first.\n']);
    expect([headers.get('www-authenticate'), headers.get('x-many')]).toEqual(['Bearer', '1, 2']);
    expect(await event('refused')).toMatchObject({ reason: 'guard', status: 401, route: '/' });
  });

  test('without a body it is the text of the status; a type of its own is kept', async () => {
    const routes = [
      route('/a', { guard: () => reject(403) }, () => NEVER),
      route('/b', { guard: () => reject(403, '{"e":1}', { 'Content-Type': 'application/json' }) }, () => NEVER),
    ];
    const { port } = await listening(routes);
    expect((await ask(port, '/a')).body).toBe('Forbidden\n');
    expect((await ask(port, '/b')).headers.get('content-type')).toBe('application/json');
  });

  test('a body in any language arrives whole', async () => {
    const { port } = await listening([route('/', { guard: () => reject(400, 'Größe: 3 €') }, () => NEVER)]);
    expect((await ask(port)).body).toBe('Größe: 3 €\n');
  });

  test('a redirect names where to go', async () => {
    const guard = () => reject(302, undefined, { Location: '/login' });
    const { port } = await listening([route('/', { guard }, () => NEVER)]);
    const { status, headers } = await ask(port);
    expect([status, headers.get('location')]).toEqual([302, '/login']);
  });

  test('a client of ws sees the status', async () => {
    const { url } = await listening([route('/', { guard: () => reject(403) }, () => NEVER)]);
    expect(await statusOf(url('/'))).toBe(403);
  });

  test('a guard that throws refuses with 500 and a fixed body, and is told to errors$', async () => {
    const guard = (): Rejected => {
      throw new Error('db password is hunter2');
    };
    const { port, errors } = await listening([route('/', { guard }, () => NEVER)]);
    expect(await ask(port)).toMatchObject({ status: 500, body: 'Internal Server Error\n' });
    expect(errors).toMatchObject([{ error: { message: 'db password is hunter2' }, route: '/', channel: undefined }]);
  });

  test('a trustProxy function that throws refuses with 500 and is told to errors$', async () => {
    const error = new Error('whom?');
    const trustProxy = (): boolean => {
      throw error;
    };
    const { port, errors, event } = await listening([route('/', { trustProxy }, () => NEVER)]);
    expect(await ask(port)).toMatchObject({ status: 500, body: 'Internal Server Error\n' });
    expect(errors).toMatchObject([{ error, route: '/' }]);
    expect(await event('refused')).toMatchObject({ reason: 'failed', status: 500 });
  });
});

describe('a guard that takes time', () => {
  test('frames that come meanwhile are delivered in order', async () => {
    const guard = () => sleep(40, {});
    const { port } = await listening([route('/', { guard }, ({ in$ }) => in$)]);
    const client = await RawClient.connect(port);
    client.write(upgradeRequest('/'), frame(op.text, '1'));
    await sleep(10);
    client.write(frame(op.text, '2'));
    await sleep(10);
    client.write(frame(op.text, '3'), closeFrame(1000));
    expect((await client.answer()).status).toBe(101);
    for (const message of ['1', '2', '3']) expect((await client.frame())?.payload.toString()).toBe(message);
    expect((await client.close())?.code).toBe(1000);
  });

  test('a guard in time opens the channel, a slower one is 503 after handshakeTimeout', async () => {
    const routes = [
      route('/fast', { guard: () => sleep(5, {}) }, () => of('in')),
      route('/slow', { guard: () => sleep(300, {}, { ref: false }) }, () => of('in')),
    ];
    const { port, url, event } = await listening(routes, { handshakeTimeout: 100 });
    expect(await (await openWs(url('/fast'))).received(1)).toEqual(['in']);
    expect((await ask(port, '/slow')).status).toBe(503);
    expect(await event('refused')).toMatchObject({ reason: 'timeout', status: 503 });
  });

  for (const how of ['end', 'reset'] as const) {
    test(`a peer that goes (${how}) meanwhile gives its place back at once`, async () => {
      const guard = ({ query }: { query: URLSearchParams }) =>
        query.has('slow') ? new Promise<object>(() => {}) : accept({ context: {} });
      const { port, event, app } = await listening([route('/', { guard }, () => NEVER)], { maxChannels: 1 });
      const client = await RawClient.connect(port);
      client.write(upgradeRequest('/?slow'));
      await sleep(20);
      expect((await ask(port)).status).toBe(503);
      const gone = new Promise<unknown>((resolve) => {
        app.events$.subscribe((one) => one.type === 'refused' && one.reason === 'abandoned' && resolve(one));
      });
      if (how === 'end') client.socket.destroy();
      else client.reset();
      expect(await gone).toMatchObject({ reason: 'abandoned', url: '/?slow' });
      expect(await event('refused')).toMatchObject({ reason: 'limit', status: 503 });
      expect((await ask(port)).status).toBe(101);
    });
  }
});

describe('subprotocols', () => {
  const routes = [
    route('/any', { codec: text() }, ({ subprotocol }) => of(subprotocol)),
    route('/listed', { subprotocols: ['v2', 'v1'] }, ({ subprotocol }) => of(subprotocol)),
    route('/picked', { guard: () => accept({ context: {}, subprotocol: 'b' }) }, ({ subprotocol }) => of(subprotocol)),
  ];
  const agreed = async (path: string, offered: string[]): Promise<unknown> => {
    const { url } = await listening(routes);
    const client = await openWs(url(path), { subprotocols: offered });
    const [told] = await client.received(1);
    expect(client.ws.protocol).toBe(told);
    return told;
  };

  test('without a list the first offered one is chosen', async () => {
    expect(await agreed('/any', ['x', 'y'])).toBe('x');
    expect(await agreed('/any', [])).toBe('');
  });

  test('of a list the first that was offered is chosen', async () => {
    expect(await agreed('/listed', ['v1', 'v2'])).toBe('v2');
    expect(await agreed('/listed', ['v0', 'v1'])).toBe('v1');
  });

  test('a handshake that offers none of the list is refused with 400', async () => {
    const { port, event } = await listening(routes);
    expect(await ask(port, '/listed', { 'Sec-WebSocket-Protocol': 'v9' })).toMatchObject({
      status: 400,
      body: 'Offer one of: v2, v1.\n',
    });
    expect((await ask(port, '/listed')).status).toBe(400);
    expect(await event('refused')).toMatchObject({ reason: 'subprotocol' });
  });

  test('a guard may choose one that was offered, and any other is 500 and an error', async () => {
    expect(await agreed('/picked', ['a', 'b'])).toBe('b');
    const { port, errors } = await listening(routes);
    expect((await ask(port, '/picked', { 'Sec-WebSocket-Protocol': 'a' })).status).toBe(500);
    expect((await ask(port, '/picked')).status).toBe(500);
    expect(errors).toMatchObject([
      { error: { code: 'SLUICE_SUBPROTOCOL_NOT_OFFERED' } },
      { error: { code: 'SLUICE_SUBPROTOCOL_NOT_OFFERED' } },
    ]);
  });
});
