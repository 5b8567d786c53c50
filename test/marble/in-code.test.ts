import { describe, expect, test } from 'vitest';
import {
  any,
  anyNumber,
  anyString,
  bytes,
  close,
  error,
  id,
  now,
  ping,
  pong,
  reject,
  sequence,
  terminate,
  toValue,
} from '../../src/marble/given.ts';
import { parseLane, scenarioOf } from '../../src/marble/in-code.ts';
import { MarbleSyntaxError } from '../../src/marble/problem.ts';

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(MarbleSyntaxError);
    return (error as Error).message;
  }
  return 'none';
};

describe('parseLane', () => {
  test('lets time pass as RxJS does', () => {
    const { lane, duration } = parseLane('a 9ms b 30s |');
    expect(lane.events.map(({ time, symbol }) => [time, symbol])).toEqual([
      [0, 'a'],
      [10, 'b'],
      [30_011, '|'],
    ]);
    expect(duration).toBe(30_012);
    expect(parseLane('a 9ms').duration).toBe(10);
    expect(parseLane('-a-', { tick: 10 })).toMatchObject({
      duration: 30,
      lane: { kind: 'in', events: [{ time: 10 }] },
    });
  });

  test('takes values from an object', () => {
    const values = { A: { echo: 'a' }, X: close(4003, 'enough'), g: sequence('A', 'b') };
    const { lane } = parseLane('g-X', { name: 'ann.out', values });
    expect(lane).toMatchObject({ kind: 'out', party: 'ann', name: 'ann.out' });
    expect(lane.events.map(({ cell, symbol, value }) => [cell, symbol, value.kind])).toEqual([
      ['g', 'A', 'json'],
      ['g', 'b', 'text'],
      ['X', 'X', 'close'],
    ]);
  });

  test('shows a mistake under its lane', () => {
    expect(messageOf(() => parseLane('-a-X-'))).toBe(
      'in, column 4: Found "X", expected a symbol that means\nsomething. Add X to the values, for example { X: \'text\' }. Only lower-case\nletters and digits stand for themselves.\n  -a-X-\n     ^',
    );
    expect(messageOf(() => parseLane('a', { name: 'on' }))).toContain(
      'on, column 1: Found "on", expected a lane: in, out,',
    );
  });

  test('refuses keys that are no symbols, and symbols without a meaning in a sequence', () => {
    expect(messageOf(() => parseLane('a', { values: { aa: 1 } }))).toContain(
      'Found the key "aa", expected a symbol. A\nsymbol is one character.',
    );
    expect(messageOf(() => parseLane('a', { values: { '-': 1 } }))).toContain('- has\na meaning of its own.');
    expect(messageOf(() => parseLane('g', { values: { g: sequence('Q') } }))).toContain('Found "Q" in the sequence g');
  });
});

describe('scenarioOf', () => {
  test('makes the scenario that a file would say', () => {
    const scenario = scenarioOf({
      title: 'greets',
      lanes: { in: '--a--b', out: 'h-A--X', sub: '^----!' },
      values: { h: 'Hello', A: { echo: 'a' }, X: close(4003, 'enough'), z: 1 },
      settings: { url: '/chat' },
    });
    expect(scenario).toMatchObject({
      title: 'greets',
      duration: 6,
      timeline: { tick: 1, columns: 6, jumps: [] },
      settings: { url: '/chat', tick: 1 },
    });
    expect(scenario.legend.map(({ symbol }) => symbol)).toEqual(['h', 'A', 'X']);
  });

  test('lays lanes with durations of their own on one timeline', () => {
    const scenario = scenarioOf({ lanes: { in: 'a 1m b', out: '- 30s a' } });
    // -[30s]-[29999ms]-
    expect(scenario.timeline).toEqual({
      tick: 1,
      columns: 17,
      jumps: [
        { column: 1, columns: 5, duration: 30_000 },
        { column: 7, columns: 9, duration: 29_999 },
      ],
    });
  });

  test('refuses lanes that assert nothing, unless it is a draft', () => {
    expect(messageOf(() => scenarioOf({ lanes: { in: '--a' } }))).toBe(
      'in, column 1: Found "in" alone, expected out or wire beside\nin. Without it nothing that comes out is checked. For silence write out: \'---\'.\n  --a\n  ^',
    );
    expect(scenarioOf({ lanes: { in: '--a' }, draft: true }).lanes).toHaveLength(1);
    expect(messageOf(() => scenarioOf({ lanes: {} }))).toContain('Found a scenario without lanes');
  });

  test('points to the value that no message can be, in every lane alike', () => {
    for (const lanes of [
      { in: 'A', out: 'a' },
      { in: 'a', out: 'A' },
    ]) {
      expect(messageOf(() => scenarioOf({ lanes, values: { b: 'x', A: undefined } }))).toBe(
        'values, column 3: Found A = undefined, expected what JSON can\nhold.\n  b A\n    ^',
      );
    }
  });

  test('shows the mistakes of all lanes', () => {
    expect(messageOf(() => scenarioOf({ lanes: { in: 'X', out: '(a' } })).match(/^\w+, column \d/gm)).toEqual([
      'in, column 1',
      'out, column 1',
    ]);
  });
});

describe('toValue', () => {
  test.each([
    ['a string', 'a', { kind: 'text', text: 'a' }],
    ['a number', 1, { kind: 'json', json: { kind: 'literal', value: 1 } }],
    ['a RegExp', /a/gi, { kind: 'pattern', pattern: { source: 'a', flags: 'i' } }],
    ['bytes', Uint8Array.of(1), { kind: 'binary', bytes: Uint8Array.of(1) }],
    ['an Error', new TypeError('no'), { kind: 'error', name: 'TypeError', message: 'no' }],
    ['any', any, { kind: 'any' }],
    ['a size', bytes(9), { kind: 'size', size: 9 }],
    ['a placeholder', now, { kind: 'json', json: { kind: 'placeholder', fits: 'now' } }],
    ['close', close(4001), { kind: 'close', code: 4001 }],
    ['close without a code', close(1005), { kind: 'close', code: 1005 }],
    ['error', error('TypeError', /a/), { kind: 'error', name: 'TypeError', message: { source: 'a', flags: '' } }],
    ['any error', error(), { kind: 'error' }],
    ['reject', reject(401, 'no'), { kind: 'reject', status: 401, body: 'no' }],
    ['ping', ping, { kind: 'ping' }],
    ['pong', pong, { kind: 'pong' }],
    ['terminate', terminate, { kind: 'terminate' }],
  ])('takes %s', (_, given, value) => {
    expect(toValue(given, 'A')).toEqual(value);
  });

  test('takes placeholders inside JSON, and what JSON.stringify would leave out or change', () => {
    const when = { toJSON: () => 'then' };
    expect(toValue({ a: [any, anyString, anyNumber, id(1)], b: undefined, when }, 'A')).toEqual({
      kind: 'json',
      json: {
        kind: 'object',
        members: [
          [
            'a',
            {
              kind: 'array',
              items: [
                { kind: 'placeholder', fits: 'any' },
                { kind: 'placeholder', fits: 'string' },
                { kind: 'placeholder', fits: 'number' },
                { kind: 'id', id: '1' },
              ],
            },
          ],
          ['when', { kind: 'literal', value: 'then' }],
        ],
      },
    });
  });

  test.each([
    ['undefined', undefined, 'A = undefined, expected what JSON can hold.'],
    ['a function', { a: [1, () => 1] }, 'A.a[1] = a function, expected what JSON can hold.'],
    ['NaN', { 'to-do': Number.NaN }, 'A["to-do"] = NaN, expected what JSON can hold.'],
    ['a Map', new Map([['a', 1]]), 'A = a Map, expected what JSON can hold. Write Object.fromEntries(map), if'],
    ['a Set', { tags: new Set() }, 'A.tags = a Set, expected what JSON can hold. Write [...set], if'],
    ['a Promise', Promise.resolve(1), 'A = a Promise, expected what JSON can hold. Await it before the test.'],
    ['an ArrayBuffer', new ArrayBuffer(1), 'A = an ArrayBuffer, expected what JSON can hold. Bytes are a Uint8Array.'],
    [
      'a control frame in JSON',
      [ping],
      'A[0] = ping, expected JSON. Inside it only any, anyString, anyNumber, now and id() can stand.',
    ],
  ])('refuses %s, and says where it is', (_, given, says) => {
    expect(() => toValue(given, 'A')).toThrow(`Found ${says}`);
  });

  test('refuses what stands in itself', () => {
    const user: Record<string, unknown> = { name: 'Ann' };
    user.friends = [user];
    expect(() => toValue(user, 'A')).toThrow('Found A.friends[0] = what it stands in, expected what JSON can hold.');
    const twice = { name: 'Ann' };
    expect(() => toValue([twice, twice], 'A')).not.toThrow();
  });

  test('refuses codes and statuses that cannot be sent', () => {
    expect(() => close(1006)).toThrow('Cannot close with code 1006.');
    expect(() => reject(200)).toThrow('Cannot refuse a handshake with status 200.');
  });
});
