import { describe, expect, test } from 'vitest';
import { headerLines, isToken } from '../../src/protocol/header.ts';

const badHeader = expect.objectContaining({ code: 'SLUICE_BAD_HEADER' });

describe('isToken', () => {
  test.each(['chat', 'v1.chat', 'X-Request-Id', "!#$%&'*+-.^_`|~09azAZ"])('takes %j', (text) => {
    expect(isToken(text)).toBe(true);
  });

  test.each(['', 'a b', 'a,b', 'a:b', 'a"b', 'a/b', 'é', 'a\n', '\na', 'a\u0000'])('refuses %j', (text) => {
    expect(isToken(text)).toBe(false);
  });
});

describe('headerLines', () => {
  test('flattens a list to one line per value, in order', () => {
    expect(headerLines({ 'X-One': '1', 'X-Many': ['a', 'b'], 'X-None': [] })).toEqual([
      ['X-One', '1'],
      ['X-Many', 'a'],
      ['X-Many', 'b'],
    ]);
  });

  test('takes tabs, blanks, latin1 and an empty value', () => {
    const lines = headerLines({ A: 'a\tb c', B: 'caf\u00e9', C: '' });
    expect(lines.map(([, value]) => value)).toEqual(['a\tb c', 'caf\u00e9', '']);
  });

  test.each(['', 'X A', 'X:A', 'X-A\r\nSet-Cookie', 'é'])('refuses the name %j', (name) => {
    expect(() => headerLines({ [name]: 'x' })).toThrow(badHeader);
  });

  test.each(['a\r\nSet-Cookie: admin=1', 'a\nb', 'a\rb', 'a\n', 'a\u0000b', 'a\u007fb', '€', '👋'])(
    'refuses the value %j',
    (value) => {
      expect(() => headerLines({ 'X-A': value })).toThrow(badHeader);
      expect(() => headerLines({ 'X-A': ['fine', value] })).toThrow(badHeader);
    },
  );

  test.each([undefined, null, 5, {}, [5], [undefined], [['x']]])('refuses the value %j, which is no text', (value) => {
    expect(() => headerLines({ 'X-A': value as never })).toThrow(badHeader);
  });

  test.each([
    'Connection',
    'UPGRADE',
    'content-length',
    'Transfer-Encoding',
    'Trailer',
    'Keep-Alive',
    'TE',
    'Sec-WebSocket-Accept',
    'sec-websocket-protocol',
    'Sec-WebSocket-Extensions',
  ])('refuses %s, which belongs to the protocol', (name) => {
    expect(() => headerLines({ [name]: 'x' })).toThrow(badHeader);
  });

  test('writes no line end of a bad value into the message of the error', () => {
    expect(() => headerLines({ 'X-A': 'a\r\nb' })).toThrow(/^[^\r\n]*'a\\u000d\\u000ab' is no value[^\r\n]*$/);
  });
});
