import { describe, expect, expectTypeOf, test } from 'vitest';
import { compilePath, type PathParams } from '../../src/protocol/path.ts';

/** The parameters as a plain object: those of the pattern have no prototype. */
const match = (pattern: string, path: string): object | undefined => {
  const params = compilePath(pattern).match(path);
  return params && { ...params };
};

describe('compilePath', () => {
  test.each([
    ['/', '/', {}],
    ['/chat', '/chat', {}],
    ['/chat/:room', '/chat/lobby', { room: 'lobby' }],
    ['/:a-:b.json', '/x-y.json', { a: 'x', b: 'y' }],
    ['/chat{/:room}', '/chat', {}],
    ['/chat{/:room}', '/chat/lobby', { room: 'lobby' }],
    ['/files/*rest', '/files/a/b/c', { rest: ['a', 'b', 'c'] }],
    ['/files/*rest/raw/:name', '/files/a/b/raw/c', { rest: ['a', 'b'], name: 'c' }],
    ['/at/\\:now', '/at/:now', {}],
  ])('%s matches %s', (pattern, path, params) => {
    expect(match(pattern, path)).toEqual(params);
  });

  test.each([
    ['/chat', '/chat/'],
    ['/chat', '/Chat'],
    ['/chat', '/chats'],
    ['/chat', '/a/chat'],
    ['/chat/:room', '/chat'],
    ['/chat/:room', '/chat/'],
    ['/chat/:room', '/chat/a/b'],
    ['/files/*rest', '/files/'],
  ])('%s does not match %s', (pattern, path) => {
    expect(match(pattern, path)).toBeUndefined();
  });

  test('decodes parameters, segment by segment', () => {
    expect(match('/chat/:room', '/chat/caf%C3%A9%2Fx')).toEqual({ room: 'café/x' });
    expect(match('/files/*rest', '/files/a%20b/c%2Fd')).toEqual({ rest: ['a b', 'c/d'] });
  });

  test('throws URIError for an escape that cannot be decoded', () => {
    const { match: matches } = compilePath('/chat/:room');
    expect(() => matches('/chat/%zz')).toThrow(URIError);
    expect(() => matches('/chat/%ff')).toThrow(URIError);
  });

  test('matches what a pattern writes plainly as requests carry it: percent-encoded', () => {
    expect(match('/café/👋/:name', '/caf%C3%A9/%F0%9F%91%8B/x')).toEqual({ name: 'x' });
    expect(match('/my room', '/my%20room')).toEqual({});
    expect(match('/caf%C3%A9', '/caf%C3%A9')).toEqual({});
    expect(match('/a|b', '/a|b')).toEqual({});
  });

  test('answers parameters without inherited names', () => {
    const params = compilePath('/:room').match('/__proto__');
    expect(params?.room).toBe('__proto__');
    expect(params?.constructor).toBeUndefined();
  });

  test.each([
    '',
    'chat',
    'https://example.com/chat',
    '/:',
    '/*',
    '/a?b',
    '/(a)',
    '/{a',
    '/a}',
    '/a\ud800',
    undefined,
    7,
  ])('throws SLUICE_BAD_PATH for %j', (pattern) => {
    expect(() => compilePath(pattern as string)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_PATH' }));
  });

  test('has one shape for paths that match the same requests', () => {
    const shape = (pattern: string): string => compilePath(pattern).shape;
    expect(shape('/chat/:room')).toBe(shape('/chat/:name'));
    expect(shape('/café')).toBe(shape('/caf%C3%A9'));
    expect(shape('/chat/:room')).not.toBe(shape('/chat/*room'));
    expect(shape('/chat/:room')).not.toBe(shape('/chat/room'));
    expect(shape('/chat')).not.toBe(shape('/Chat'));
  });

  test('keeps the pattern as it was given', () => {
    expect(compilePath('/café/:x').pattern).toBe('/café/:x');
  });

  test('answers hostile paths quickly', () => {
    const { match: matches } = compilePath('/:a-:b-:c/*rest/end');
    const start = process.hrtime.bigint();
    matches(`/${'a-'.repeat(5_000)}${'/'.repeat(5_000)}`);
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(2_000);
  });
});

describe('PathParams', () => {
  test('reads the parameters off the literal', () => {
    // biome-ignore lint/complexity/noBannedTypes: a path without parameters has an object without keys
    expectTypeOf<PathParams<'/chat'>>().toEqualTypeOf<{}>();
    expectTypeOf<PathParams<'/chat/:room'>>().toEqualTypeOf<{ readonly room: string }>();
    expectTypeOf<PathParams<'/:a/:b'>>().toEqualTypeOf<{ readonly a: string; readonly b: string }>();
    expectTypeOf<PathParams<'/:a-:b.json'>>().toEqualTypeOf<{ readonly a: string; readonly b: string }>();
    expectTypeOf<PathParams<'/files/*rest'>>().toEqualTypeOf<{ readonly rest: string[] }>();
  });

  test('reads optional parameters', () => {
    expectTypeOf<PathParams<'/chat{/:room}'>>().toEqualTypeOf<{ readonly room?: string }>();
    expectTypeOf<PathParams<'/:a{/:b}/:c'>>().toEqualTypeOf<{
      readonly a: string;
      readonly b?: string;
      readonly c: string;
    }>();
    expectTypeOf<PathParams<'/x{/:a{/:b}}'>>().toEqualTypeOf<{ readonly a?: string; readonly b?: string }>();
    expectTypeOf<PathParams<'/x{/*rest}'>>().toEqualTypeOf<{ readonly rest?: string[] }>();
  });

  test('reads a rest that stands before other parameters', () => {
    expectTypeOf<PathParams<'/*rest/raw/:name'>>().toEqualTypeOf<{ readonly rest: string[]; readonly name: string }>();
    expectTypeOf<PathParams<'/:name/*rest'>>().toEqualTypeOf<{ readonly name: string; readonly rest: string[] }>();
    expectTypeOf<PathParams<'/*one/x/*two'>>().toEqualTypeOf<{ readonly one: string[]; readonly two: string[] }>();
  });

  test('takes an escaped character for a plain one', () => {
    expectTypeOf<PathParams<'/at/\\:now/:room'>>().toEqualTypeOf<{ readonly room: string }>();
    expectTypeOf<PathParams<'/:room\\:x'>>().toEqualTypeOf<{ readonly room: string }>();
  });

  test('knows nothing of a path that is no literal', () => {
    expectTypeOf<PathParams<string>>().toEqualTypeOf<Readonly<Record<string, string | string[] | undefined>>>();
  });
});
