import { of } from 'rxjs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { Accepted, accept, Rejected, reject } from '../../src/protocol/verdict.ts';

describe('accept', () => {
  test('says nothing by default', () => {
    const verdict = accept();
    expect(verdict).toMatchObject({ context: undefined, subprotocol: undefined, expires: undefined, lines: [] });
    expectTypeOf(verdict).toEqualTypeOf<Accepted<undefined>>();
  });

  test('carries context, subprotocol and end', () => {
    const expires = new Date(0);
    const verdict = accept({ context: { user: 'ann' }, subprotocol: 'v1.chat', expires });
    expect(verdict).toMatchObject({ context: { user: 'ann' }, subprotocol: 'v1.chat', expires });
    expectTypeOf(verdict).toEqualTypeOf<Accepted<{ user: string }>>();
    const dates$ = of(expires);
    expect(accept({ expires: dates$ }).expires).toBe(dates$);
  });

  test('writes headers, then cookies', () => {
    const { lines } = accept({
      headers: { 'X-One': '1', 'Set-Cookie': 'raw=1' },
      cookies: { seen: '1', sid: { value: 'x', httpOnly: true } },
    });
    expect(lines).toEqual([
      ['X-One', '1'],
      ['Set-Cookie', 'raw=1'],
      ['Set-Cookie', 'seen=1'],
      ['Set-Cookie', 'sid=x; HttpOnly'],
    ]);
  });

  test.each([
    ['a header of the protocol', { headers: { 'Sec-WebSocket-Accept': 'x' } }],
    ['a header with a line end', { headers: { 'X-A': 'a\r\nb' } }],
    ['a cookie with a bad name', { cookies: { 'a b': 'x' } }],
    ['a subprotocol that is no token', { subprotocol: 'a, b' }],
    ['an empty subprotocol', { subprotocol: '' }],
  ])('throws SLUICE_BAD_HEADER for %s', (_, acceptance) => {
    expect(() => accept(acceptance)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_HEADER' }));
  });

  test('throws SLUICE_BAD_OPTION for an Invalid Date, which would end the channel at once', () => {
    const token: { exp?: number } = {};
    expect(() => accept({ expires: new Date(Number(token.exp) * 1000) })).toThrow(
      expect.objectContaining({ code: 'SLUICE_BAD_OPTION', message: expect.stringContaining('expires') }),
    );
  });
});

describe('two acceptances as one', () => {
  test('merge contexts and lines; of the rest the later one counts where it says something', () => {
    const expires = new Date(0);
    const first = accept({ context: { a: 1, b: 1 }, subprotocol: 'v1', expires, headers: { 'X-A': '1' } });
    const later = accept({ context: { b: 2 }, subprotocol: 'v2', headers: { 'X-A': '2' } });
    const both = first.and(later);
    expect(Accepted.is(both)).toBe(true);
    expect(both).toMatchObject({ context: { a: 1, b: 2 }, subprotocol: 'v2', expires });
    expect(both.lines).toEqual([
      ['X-A', '1'],
      ['X-A', '2'],
    ]);
  });
});

describe('reject', () => {
  test('carries status, body and headers', () => {
    expect(reject(401)).toMatchObject({ status: 401, body: undefined, lines: [] });
    const verdict = reject(302, 'Go on.', { Location: '/login', 'Set-Cookie': ['a=1', 'b=2'] });
    expect(verdict).toMatchObject({ status: 302, body: 'Go on.' });
    expect(verdict.lines).toEqual([
      ['Location', '/login'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ]);
  });

  test.each([300, 302, 401, 403, 503, 599])('takes the status %i', (status) => {
    expect(reject(status).status).toBe(status);
  });

  test.each([0, 101, 200, 299, 600, 401.5, Number.NaN, '401', undefined])(
    'throws SLUICE_BAD_STATUS for the status %s',
    (status) => {
      expect(() => reject(status as number)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_STATUS' }));
    },
  );

  test('throws SLUICE_BAD_HEADER for a header that HTTP does not allow', () => {
    expect(() => reject(401, '', { 'Content-Length': '5' })).toThrow(
      expect.objectContaining({ code: 'SLUICE_BAD_HEADER' }),
    );
  });
});

describe('a verdict', () => {
  test('is frozen', () => {
    expect(Object.isFrozen(accept())).toBe(true);
    expect(Object.isFrozen(reject(401))).toBe(true);
  });

  test('is known by its brand, which nobody can forge', () => {
    expect([Accepted.is(accept()), Rejected.is(reject(401))]).toEqual([true, true]);
    expect([Accepted.is(reject(401)), Rejected.is(accept())]).toEqual([false, false]);
    const forged = { ...reject(401), __proto__: Rejected.prototype };
    for (const value of [forged, Object.create(Accepted.prototype), {}, undefined, null, true, 'accept']) {
      expect([Accepted.is(value), Rejected.is(value)]).toEqual([false, false]);
    }
  });
});
