import { describe, expect, test, vi } from 'vitest';
import type { UpgradeRequest } from '../../src/protocol/request.ts';
import { accept, reject } from '../../src/protocol/verdict.ts';
import type { Interruption } from '../../src/server/handshake.ts';
import type { AppOptions } from '../../src/server/options.ts';
import { attemptOf, openedOf, shake, summary } from '../support/handshakes.ts';
import { FakeApp, inVirtualTime, pass, routeOf } from '../support/serve-fake.ts';

inVirtualTime();

const appOf = (options: Record<string, unknown> = {}, path = '/', appOptions: AppOptions = {}): FakeApp =>
  new FakeApp([routeOf(() => {}, options, path)], appOptions);

const never = (): Promise<never> => new Promise(() => {});
const failure = new Error('boom');

/** Whether all places that an app of one channel has are free. */
async function allPlacesFree(app: FakeApp): Promise<boolean> {
  const route = app.core.routes[0];
  if (route === undefined) return false;
  const place = app.core.take(route, '192.0.2.9');
  if (typeof place === 'number') return false;
  place.release();
  return true;
}

describe('a handshake', () => {
  test('opens with the route, the request, its parameters and the first subprotocol offered', async () => {
    const app = appOf({}, '/chat/:room');
    const attempt = attemptOf({ url: '/chat/caf%C3%A9?x=1' }, { 'Sec-WebSocket-Protocol': ['v2, v1', 'v0'] });
    const { route, request, verdict, subprotocol } = openedOf(await shake(app, attempt));
    expect(route).toBe(app.core.routes[0]);
    expect(request.params).toEqual({ room: 'café' });
    expect(request.query.get('x')).toBe('1');
    expect(request.session).toBeUndefined();
    expect(verdict.context).toBeUndefined();
    expect(subprotocol).toBe('v2');
  });

  test.each([
    ['another path', { url: '/nowhere' }, {}, 'not-found', 404],
    ['a path that cannot be decoded', { url: '/chat/%ff' }, {}, 'malformed', 400],
    ['another method', { method: 'POST' }, {}, 'malformed', 405],
    ['HTTP/1.0', { httpVersion: '1.0' }, {}, 'malformed', 400],
    ['HTTP/2', { httpVersion: '2.0' }, {}, 'malformed', 400],
    ['no Host', {}, { Host: undefined }, 'malformed', 400],
    ['two Hosts', {}, { Host: ['a', 'b'] }, 'malformed', 400],
    ['no Upgrade', {}, { Upgrade: undefined }, 'malformed', 400],
    ['an Upgrade to something else', {}, { Upgrade: 'h2c' }, 'malformed', 400],
    ['an Upgrade to two things', {}, { Upgrade: ['websocket', 'h2c'] }, 'malformed', 400],
    ['no version', {}, { 'Sec-WebSocket-Version': undefined }, 'malformed', 426],
    ['version 8', {}, { 'Sec-WebSocket-Version': '8' }, 'malformed', 426],
    ['version 013', {}, { 'Sec-WebSocket-Version': '013' }, 'malformed', 426],
    ['no key', {}, { 'Sec-WebSocket-Key': undefined }, 'malformed', 400],
    ['a short key', {}, { 'Sec-WebSocket-Key': 'AAAA' }, 'malformed', 400],
    ['two keys', {}, { 'Sec-WebSocket-Key': Array(2).fill('AAAAAAAAAAAAAAAAAAAAAA==') }, 'malformed', 400],
    ['a subprotocol that is no token', {}, { 'Sec-WebSocket-Protocol': 'a b' }, 'malformed', 400],
    ['one subprotocol twice', {}, { 'Sec-WebSocket-Protocol': 'a, a' }, 'malformed', 400],
    ['another origin', {}, { Origin: 'https://evil.example' }, 'origin', 403],
    ['the origin null', {}, { Origin: 'null' }, 'origin', 403],
  ])('is refused for %s', async (_what, changes, fields, reason, status) => {
    const app = appOf({ maxChannels: 1 }, '/chat/:room');
    const outcome = await shake(app, attemptOf({ url: '/chat/lobby', ...changes }, fields));
    expect(summary(outcome)).toEqual([reason, status]);
    expect(await allPlacesFree(app)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['Upgrade: WebSocket', { Upgrade: 'WebSocket' }],
    ['Firefox’s Connection', { Connection: 'keep-alive, Upgrade' }],
    ['the same origin', { Origin: 'https://example.com' }],
    ['the same origin, in capitals', { Origin: 'HTTPS://EXAMPLE.COM' }],
    ['names in lower case', { Upgrade: undefined, upgrade: 'websocket' }],
  ])('passes with %s', async (_what, fields) => {
    expect(summary(await shake(appOf(), attemptOf({}, fields)))).toBe('opened');
  });

  test('checks what is cheap first: path, protocol, closing, origin, subprotocol, limit, session, guard', async () => {
    const calls: string[] = [];
    const session = (): void => void calls.push('session');
    const guard = (): object => {
      calls.push('guard');
      return {};
    };
    const app = appOf({ subprotocols: ['v1'], maxChannels: 1, session, guard });
    const wrong = { Origin: 'https://evil.example', 'Sec-WebSocket-Protocol': 'v2', 'Sec-WebSocket-Version': '8' };
    expect(summary(await shake(app, attemptOf({ url: '/nowhere' }, wrong)))).toEqual(['not-found', 404]);
    expect(summary(await shake(app, attemptOf({}, wrong)))).toEqual(['malformed', 426]);
    const version = { 'Sec-WebSocket-Version': '13' };
    expect(summary(await shake(app, attemptOf({}, { ...wrong, ...version })))).toEqual(['origin', 403]);
    const origin = { ...version, Origin: undefined };
    expect(summary(await shake(app, attemptOf({}, { ...wrong, ...origin })))).toEqual(['subprotocol', 400]);
    const right = attemptOf({}, { 'Sec-WebSocket-Protocol': 'v1' });
    const { place } = openedOf(await shake(app, right));
    expect(calls).toEqual(['session', 'guard']);
    expect(summary(await shake(app, right))).toEqual(['limit', 503]);
    place.release();
    expect(summary(await shake(app, right))).toBe('opened');
    app.core.draining();
    expect(summary(await shake(app, attemptOf({}, { ...wrong, ...version })))).toEqual(['closing', 503]);
    expect(calls).toHaveLength(4);
  });
});

describe('the subprotocol', () => {
  test('is the first of the list that was offered', async () => {
    const app = appOf({ subprotocols: ['v3', 'v2', 'v1'] });
    const outcome = await shake(app, attemptOf({}, { 'Sec-WebSocket-Protocol': 'v1, v2' }));
    expect(openedOf(outcome).subprotocol).toBe('v2');
  });

  test('may be chosen by the guard, among those offered', async () => {
    const fields = { 'Sec-WebSocket-Protocol': 'v1, v2' };
    const app = appOf({ guard: () => accept({ subprotocol: 'v2' }) });
    expect(openedOf(await shake(app, attemptOf({}, fields))).subprotocol).toBe('v2');
    const chosen = appOf({ guard: () => accept({ subprotocol: 'v3' }) });
    expect(summary(await shake(chosen, attemptOf({}, fields)))).toEqual(['failed', 500]);
    expect(summary(await shake(chosen))).toEqual(['failed', 500]);
    const error = { code: 'SLUICE_SUBPROTOCOL_NOT_OFFERED' };
    expect(chosen.errors).toMatchObject([error, error]);
  });

  test('is none when none was offered and none is asked for', async () => {
    expect(openedOf(await shake(appOf())).subprotocol).toBeUndefined();
    expect(summary(await shake(appOf({ subprotocols: ['v1'] })))).toEqual(['subprotocol', 400]);
  });
});

describe('session and guard', () => {
  test('run in this order, with the request and what Node has of it', async () => {
    const attempt = attemptOf();
    const session = vi.fn(async () => ({ user: 'ann' }));
    const guard = vi.fn(({ session: given }: UpgradeRequest<unknown, { user: string }>) => ({ name: given.user }));
    const { request, verdict } = openedOf(await shake(appOf({ session, guard }), attempt));
    expect(session).toHaveBeenCalledWith(request, attempt.incoming);
    expect(guard).toHaveBeenCalledWith(request, {});
    expect(verdict.context).toEqual({ name: 'ann' });
  });

  test.each([
    ['reject()', () => reject(401, 'Sign in.'), 'guard', 401],
    ['a promise of reject()', async () => reject(302, undefined, { Location: '/' }), 'guard', 302],
    ['a throw', () => Promise.reject(failure), 'failed', 500],
    ['false', () => false, 'failed', 500],
    ['null', () => null, 'failed', 500],
    ['undefined', async () => undefined, 'failed', 500],
    ['a string', () => 'ann', 'failed', 500],
  ])('refuse for a guard that answers %s', async (_what, guard, reason, status) => {
    const app = appOf({ guard, maxChannels: 1 });
    const outcome = await shake(app);
    expect(summary(outcome)).toEqual([reason, status]);
    expect(app.errors).toHaveLength(reason === 'failed' ? 1 : 0);
    expect(await allPlacesFree(app)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('never tell the peer what was thrown', async () => {
    const boom = (): never => {
      throw failure;
    };
    for (const options of [{ guard: boom }, { session: boom }, { session: () => Promise.reject(failure) }]) {
      const app = appOf(options);
      const outcome = await shake(app);
      expect(outcome).toMatchObject({ reason: 'failed', rejected: { status: 500, body: undefined } });
      expect(app.reports).toEqual([{ error: failure, channel: undefined, route: '/' }]);
    }
  });

  test('a trustProxy that throws refuses with 500', async () => {
    const app = appOf({ trustProxy: () => true });
    const { forwarded } = attemptOf();
    const outcome = await shake(
      app,
      attemptOf({
        forwarded: (trust) => {
          if (trust !== false) throw failure;
          return forwarded(false);
        },
      }),
    );
    expect(summary(outcome)).toEqual(['failed', 500]);
    expect(app.errors).toEqual([failure]);
  });
});

describe('time', () => {
  test('is up after handshakeTimeout, counted from the connection: 503, and the place is given back', async () => {
    const app = appOf({ guard: never, handshakeTimeout: 10_000, maxChannels: 1 });
    const outcome = shake(app, attemptOf({ elapsed: 4_000 }));
    await pass(5_999);
    expect(await allPlacesFree(app)).toBe(false);
    await pass(1);
    expect(summary(await outcome)).toEqual(['timeout', 503]);
    expect(await allPlacesFree(app)).toBe(true);
  });

  test('is not up before it', async () => {
    const guard = (): Promise<object> => new Promise((resolve) => setTimeout(resolve, 9_999, {}));
    const outcome = shake(appOf({ guard, handshakeTimeout: 10_000 }));
    await pass(9_999);
    expect(summary(await outcome)).toBe('opened');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that is up when it begins refuses a guard that has to wait, and no other', async () => {
    const late = attemptOf({ elapsed: 99_999 });
    expect(summary(await shake(appOf(), late))).toBe('opened');
    const outcome = shake(appOf({ guard: never }), late);
    await pass();
    expect(summary(await outcome)).toEqual(['timeout', 503]);
  });

  test('what a guard throws after it is reported and changes nothing', async () => {
    const guard = (): Promise<never> => new Promise((_resolve, refuse) => setTimeout(refuse, 20_000, failure));
    const app = appOf({ guard, handshakeTimeout: 10_000 });
    const outcome = shake(app);
    await pass(20_000);
    expect(summary(await outcome)).toEqual(['timeout', 503]);
    expect(app.errors).toEqual([failure]);
  });
});

describe('an interruption', () => {
  test.each<[Interruption, number]>([
    ['abandoned', 499],
    ['closing', 503],
  ])('%s ends a handshake that waits, and gives the place back', async (why, status) => {
    const app = appOf({ guard: never, maxChannels: 1 });
    let interrupt = (_why: Interruption): void => {};
    const outcome = shake(
      app,
      attemptOf(),
      new Promise((resolve) => {
        interrupt = resolve;
      }),
    );
    await pass(1_000);
    interrupt(why);
    expect(summary(await outcome)).toEqual([why, status]);
    expect(await allPlacesFree(app)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('by an app that closes meanwhile is 503, whatever the guard says', async () => {
    const guard = (): Promise<object> => new Promise((resolve) => setTimeout(resolve, 1_000, {}));
    const app = appOf({ guard });
    const outcome = shake(app);
    app.core.draining();
    await pass(1_000);
    expect(summary(await outcome)).toEqual(['closing', 503]);
  });
});
