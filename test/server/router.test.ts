import { describe, expect, test } from 'vitest';
import { compileRoutes } from '../../src/server/compile.ts';
import { findRoute } from '../../src/server/router.ts';
import { routeOf } from '../support/serve-fake.ts';

const find = (url: string, ...paths: string[]): unknown => {
  const found = findRoute(
    compileRoutes(
      paths.map((path) => routeOf(() => {}, {}, path)),
      {},
    ),
    url,
  );
  return found === undefined || found === 'malformed' ? found : [found.route.pattern, found.params];
};

describe('the router', () => {
  test('finds the first route in order', () => {
    expect(find('/chat/lobby', '/chat/:room', '/chat/lobby')).toEqual(['/chat/:room', { room: 'lobby' }]);
    expect(find('/chat/lobby', '/chat/lobby', '/chat/:room')).toEqual(['/chat/lobby', {}]);
  });

  test('does not look at the query', () => {
    expect(find('/echo?x=/other', '/other', '/echo')).toEqual(['/echo', {}]);
    expect(find('/echo?', '/echo')).toEqual(['/echo', {}]);
  });

  test('takes paths as they are: case and trailing slash count', () => {
    for (const url of ['/Echo', '/echo/', '/echo/x', '//echo', 'echo', '', '*'])
      expect(find(url, '/echo')).toBe(undefined);
  });

  test('decodes parameters after the path was split', () => {
    expect(find('/a/x%2Fy/z', '/a/:b/:c')).toEqual(['/a/:b/:c', { b: 'x/y', c: 'z' }]);
    expect(find('/files/a/b', '/files/*rest')).toEqual(['/files/*rest', { rest: ['a', 'b'] }]);
  });

  test('answers malformed for an escape that cannot be decoded', () => {
    expect(find('/a/%ff', '/a/:b')).toBe('malformed');
    expect(find('/b/%ff', '/a/:b')).toBe(undefined);
  });
});
