import { type Observable, of } from 'rxjs';
import { type App, sluice } from 'sluice';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { secret, secretRoute, signedIn } from '../../examples/secret.ts';
import { signerOf } from '../../examples/signed-cookie.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

const signer = signerOf(Buffer.from('a key for tests'));
const inAMinute = () => Date.now() + 60_000;

describe('the signed cookie', () => {
  test('gives back what was signed', () => {
    const session = { user: 'Ada Lovelace', expires: inAMinute() };
    expect(signer.verify(signer.sign(session))).toEqual(session);
  });

  test('gives nothing for no token, a changed one, one of another key, or one that has expired', () => {
    const token = signer.sign({ user: 'ada', expires: inAMinute() });
    const other = signer.sign({ user: 'bob', expires: inAMinute() });
    const mixed = `${other.split('.')[0]}.${token.split('.')[1]}`;
    const foreign = signerOf(Buffer.from('another key')).sign({ user: 'ada', expires: inAMinute() });
    const old = signer.sign({ user: 'ada', expires: Date.now() });
    for (const bad of [undefined, '', '.', 'a.b', mixed, foreign, old]) expect(signer.verify(bad)).toBeUndefined();
  });
});

describe('the secret as functions', () => {
  test('the guard refuses with 401 without a session', () => {
    expect(signedIn({ session: undefined })).toMatchObject({ status: 401 });
  });

  test('the guard gives the user and the time when the channel expires', () => {
    const expires = inAMinute();
    const verdict = signedIn({ session: { user: 'ada', expires } });
    expect(verdict).toMatchObject({ context: { user: 'ada' }, expires: new Date(expires) });
  });

  test('the handler knows the user', () => {
    const answer = secret({ in$: of('Who am I?'), context: { user: 'ada' } } as never) as Observable<string>;
    const seen: string[] = [];
    answer.subscribe((text) => seen.push(text));
    expect(seen).toEqual(['You are signed in as ada.', 'ada: Who am I?']);
  });
});

describe('the secret over a real connection', () => {
  let app: App;
  let url: string;

  beforeEach(async () => {
    app = sluice([secretRoute(signer)]);
    const { port } = await app.listen(0, '127.0.0.1');
    url = `ws://127.0.0.1:${port}/secret`;
  });
  afterEach(() => app.close());

  test('lets in a cookie and an Authorization header, and nobody else', async () => {
    const token = signer.sign({ user: 'ada', expires: inAMinute() });
    for (const headers of [{ Cookie: `session=${token}` }, { Authorization: `Bearer ${token}` }]) {
      const peer = await openWs(url, { headers });
      expect(await peer.received(1)).toEqual(['You are signed in as ada.']);
    }
    expect(await statusOf(url)).toBe(401);
    expect(await statusOf(url, { headers: { Cookie: `session=${token}x` } })).toBe(401);
  });

  test('closes with 4001 when the token expires', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const token = signer.sign({ user: 'ada', expires: inAMinute() });
    const peer = await openWs(url, { headers: { Cookie: `session=${token}` } });
    expect(await peer.received(1)).toEqual(['You are signed in as ada.']);
    vi.advanceTimersByTime(59_999);
    expect(app.channels.size).toBe(1);
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    expect(await peer.closed).toEqual({ code: 4001, reason: 'expired' });
  });
});
