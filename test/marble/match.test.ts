import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffJson } from '../../src/marble/json-diff.ts';
import { fromJson } from '../../src/marble/json-pattern.ts';
import { match } from '../../src/marble/match.ts';
import { readValue } from '../../src/marble/read-value.ts';
import { Reader } from '../../src/marble/reader.ts';
import type { LaneKind } from '../../src/marble/scenario.ts';
import type { Seen } from '../../src/marble/trace.ts';
import type { Value } from '../../src/marble/value.ts';
import { anyJson } from './any-value.ts';
import { end, failed, value } from './as-expected.ts';

const text = (text: string): Seen => ({ kind: 'text', text });
const binary = (...bytes: number[]): Seen => ({ kind: 'binary', bytes: Uint8Array.from(bytes) });
const close = (code: number, reason = ''): Seen => ({ kind: 'close', code, reason });

const marks: Readonly<Record<string, Value>> = { '|': { kind: 'end' }, '#': { kind: 'error' } };

function written(legend: string): Value {
  const value = marks[legend] ?? readValue(new Reader(legend));
  if (value.kind === 'sequence') throw new Error('A sequence is no single value.');
  return value;
}

const now = 1_000;
function held(legend: string, seen: Seen, lane: LaneKind = 'out'): readonly string[] | 'fits' {
  const result = match(written(legend), seen, { lane, now, ids: new Map([['1', 'x7']]) });
  return result.fits ? 'fits' : result.differences;
}

describe('match', () => {
  test.each<[string, Seen, LaneKind?]>([
    ['"hello"', text('hello')],
    ['"hello"', value('hello'), 'seen'],
    ['json {"a": 1, "b": [true, null]}', text('{ "b": [true, null], "a": 1 }')],
    ['json {"a": <any>, "b": <string>, "c": <number>, "d": <now>}', text('{"a":null,"b":"","c":0,"d":1000}')],
    ['json {"id": <id:1>, "to": <id:2>, "by": <id:2>}', text('{"id":"x7","to":5,"by":5}')],
    ['json 3', value(3), 'seen'],
    ['json {"at": "1970-01-01T00:00:00.000Z"}', value({ at: new Date(0), none: undefined }), 'seen'],
    ['hex 01 ff', binary(1, 255)],
    ['hex 01 ff', value(Uint8Array.of(1, 255).buffer), 'seen'],
    ['bytes 2', binary(1, 255)],
    ['text /^h.*o$/i', text('Hello')],
    ['any', text('')],
    ['any', binary()],
    ['any', value(undefined), 'seen'],
    ['|', end],
    ['|', close(1000, 'bye'), 'wire'],
    ['close 4001', close(4001, 'kicked')],
    ['close 4001 "kicked"', close(4001, 'kicked')],
    ['#', failed('boom')],
    ['#', close(1011), 'wire'],
    ['error TypeError', failed(new TypeError('x'))],
    ['error "boom"', failed('boom')],
    ['error RangeError /too/', failed(new RangeError('too big'))],
    ['reject 401', { kind: 'reject', status: 401, body: 'who are you' }],
    ['ping', { kind: 'ping' }],
    ['terminate', { kind: 'terminate' }],
  ])('%s fits', (legend, seen, lane) => {
    expect(held(legend, seen, lane)).toBe('fits');
  });

  test.each<[string, Seen, LaneKind, readonly string[]]>([
    ['"hello"', text('hallo'), 'out', []],
    ['"hello"', binary(1), 'out', []],
    [
      '"the end of the story"',
      text('the end of a story'),
      'out',
      ['from character 12: " end of the story" -> " end of a story"'],
    ],
    ['"{\\"n\\":4}"', text('{"n":3}'), 'out', ['$.n: 4 -> 3']],
    [
      '"{\\"n\\":4}"',
      text('{"n": 4}'),
      'out',
      ['the same JSON, written differently: json {...} compares by structure'],
    ],
    ['"3"', value(3), 'seen', ['$: "3" -> 3 (a number, not a string)']],
    ['json {}', text('no'), 'out', ['it is text, but not JSON']],
    ['json {}', value(new Map([[1, 2]])), 'seen', ['$: {} -> Map (a Map, not an object)']],
    ['json {"id": <id:1>}', text('{"id":"x8"}'), 'out', ['$.id: <id:1> was "x7" -> "x8"']],
    ['json [<id:2>]', text('["x7"]'), 'out', ['$[0]: <id:2> is the same as <id:1>: "x7"']],
    ['json [<id:2>, <id:3>]', text('[5, 5]'), 'out', ['$[1]: <id:3> is the same as <id:2>: 5']],
    ['json <now>', text('1001'), 'out', ['$: <now> is 1000 -> 1001 (+1 ms)']],
    ['json <string>', text('1'), 'out', ['$: <string> -> 1 (a number, not a string)']],
    ['hex 01 02', binary(1, 3, 4), 'out', ['size: 2 -> 3', 'byte 2: 02 -> 03']],
    ['bytes 2', binary(1), 'out', ['size: 2 -> 1']],
    ['text /^h/', text('oh'), 'out', []],
    ['any', end, 'out', []],
    ['|', close(1000), 'out', []],
    ['|', close(1001), 'wire', []],
    ['close 4001 "kicked"', close(4002, 'bye'), 'out', ['code: 4001 -> 4002', 'reason: "kicked" -> "bye"']],
    ['close 1000', end, 'out', []],
    [
      'error TypeError "a"',
      failed(new RangeError('b')),
      'out',
      ['name: "TypeError" -> "RangeError"', 'message: "a" -> "b"'],
    ],
    ['error TypeError', failed('boom'), 'out', ['name: "TypeError" -> "no name"']],
    ['error /big/', failed(new Error('small')), 'out', ['message: /big/ -> "small"']],
    ['error TypeError', close(1011), 'wire', []],
    ['reject 401 "no"', { kind: 'reject', status: 403, body: 'no' }, 'out', ['status: 401 -> 403']],
    ['ping', { kind: 'pong' }, 'wire', []],
  ])('%s does not fit %j', (legend, seen, lane, differences) => {
    expect(held(legend, seen, lane)).toEqual(differences);
  });

  test('an id is bound at first sight', () => {
    const result = match(written('json {"a": <id:5>, "b": <id:1>}'), text('{"a":9,"b":"x7"}'), {
      lane: 'out',
      now,
      ids: new Map([['1', 'x7']]),
    });
    expect(result).toEqual({ fits: true, bound: new Map([['5', 9]]) });
  });
});

describe('the JSON diff', () => {
  const diff = (want: Parameters<typeof fromJson>[0], got: unknown) => diffJson(fromJson(want), got, { now }).lines;

  test('names what is missing, what is too much, and what has another type, each with its path', () => {
    const want = { user: { name: 'ann', tags: ['a', 'b'] }, 'a key': 1, list: [1], n: 4, gone: null };
    const got = { user: { name: 'bob', tags: ['a'] }, 'a key': 2, list: [1, 2], n: '4', more: true };
    expect(diff(want, got)).toEqual([
      '$.user.name: "ann" -> "bob"',
      '$.user.tags[1]: missing, expected "b"',
      '$["a key"]: 1 -> 2',
      '$.list[1]: not expected, got 2',
      '$.n: 4 -> "4" (a string, not a number)',
      '$.gone: missing, expected null',
      '$.more: not expected, got true',
    ]);
  });

  test('is empty for equal JSON and for nothing else', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (one, other) => {
        expect(diff(one, structuredClone(one))).toEqual([]);
        expect(diff(one, other).length === 0).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });

  test('takes values that JSON cannot hold, even cyclic ones', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    expect(diff({ self: {} }, cyclic)).toEqual(['$.self.self: not expected, got an object that JSON cannot hold']);
    expect(diff({ f: 1, n: 1, b: 1 }, { f: () => 1, n: Number.NaN, b: 1n })).toEqual([
      '$.f: 1 -> a function (a function, not a number)',
      '$.n: 1 -> NaN',
      '$.b: 1 -> 1 (a bigint, not a number)',
    ]);
  });
});
