import { describe, expect, test } from 'vitest';
import { LazyRequest } from '../../src/protocol/request.ts';

const request = (url: string, ...rawHeaders: string[]): LazyRequest => {
  return new LazyRequest({ url, rawHeaders, host: 'example.com', remoteAddress: '192.0.2.1', secure: true });
};

describe('LazyRequest', () => {
  test('has the facts of the edge', () => {
    expect(request('/chat?x=1')).toMatchObject({
      url: '/chat?x=1',
      host: 'example.com',
      remoteAddress: '192.0.2.1',
      secure: true,
      params: undefined,
      session: undefined,
    });
  });

  test.each([
    ['/chat', '/chat', ''],
    ['/chat?', '/chat', ''],
    ['/chat?a=1&b=x%20y', '/chat', 'a=1&b=x+y'],
    ['/chat?a=1?b=2', '/chat', 'a=1%3Fb%3D2'],
    ['/caf%C3%A9', '/caf%C3%A9', ''],
  ])('splits %s into path and query', (url, path, query) => {
    expect(request(url).path).toBe(path);
    expect(request(url).query.toString()).toBe(query);
  });

  test('reads headers in any case and joins repeated ones', () => {
    const { headers } = request('/', 'X-One', 'a', 'x-one', 'b', 'Cookie', 'a=1', 'cookie', 'b=2');
    expect(headers.get('X-ONE')).toBe('a, b');
    expect(headers.get('cookie')).toBe('a=1; b=2');
    expect(headers.get('none')).toBeNull();
  });

  test('reads the values of one header, one per line', () => {
    expect(request('/', 'X-One', 'a, b', 'x-ONE', 'c').values('x-one')).toEqual(['a, b', 'c']);
    expect(request('/').values('x-one')).toEqual([]);
  });

  test('reads one header as one value, whatever number of lines it has', () => {
    expect(request('/', 'X-One', 'a, b', 'x-ONE', 'c').field('x-one')).toBe('a, b, c');
    expect(request('/', 'X-One', '').field('x-one')).toBe('');
    expect(request('/').field('x-one')).toBeUndefined();
  });

  test('is the same when it was made compact', () => {
    const one = request('/?a=1', 'Host', 'other.example', 'Cookie', 'a=1', 'X-One', 'a', 'Origin', 'https://b');
    const [host, headers, values] = [one.host, [...one.headers], one.values('x-one')];
    const compact = request('/?a=1', 'Host', 'other.example', 'Cookie', 'a=1', 'X-One', 'a', 'Origin', 'https://b');
    compact.compact();
    compact.compact();
    expect([compact.host, [...compact.headers], compact.values('x-one')]).toEqual([host, headers, values]);
    expect(compact.cookies).toEqual(one.cookies);
    expect(compact.origin).toBe('https://b');
  });

  test('reads cookies out of all Cookie headers', () => {
    const { cookies } = request('/', 'Cookie', 'a=1; b=2', 'cookie', 'c=3; a=4');
    expect({ ...cookies }).toEqual({ a: '1', b: '2', c: '3' });
  });

  test('reads the origin', () => {
    expect(request('/', 'ORIGIN', 'https://example.com').origin).toBe('https://example.com');
    expect(request('/').origin).toBeUndefined();
  });

  test('reads the subprotocols in order, separated by commas and by lines', () => {
    const name = 'Sec-WebSocket-Protocol';
    expect(request('/', name, 'v2.chat,  v1.chat ', name, 'text,,').subprotocols).toEqual([
      'v2.chat',
      'v1.chat',
      'text',
    ]);
    expect(request('/').subprotocols).toEqual([]);
  });

  test('makes headers, query and cookies once', () => {
    const one = request('/?a=1', 'Cookie', 'a=1');
    expect(one.headers).toBe(one.headers);
    expect(one.query).toBe(one.query);
    expect(one.cookies).toBe(one.cookies);
  });
});
