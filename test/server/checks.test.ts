import { describe, expect, test } from 'vitest';
import { latest } from '../../src/flow/overflow.ts';
import { anyOrigin } from '../../src/protocol/origin.ts';
import { checkOptions } from '../../src/server/checks.ts';
import { compileRoutes } from '../../src/server/compile.ts';
import { routeOf } from '../support/serve-fake.ts';

/** Options of a route, each with values that are refused and how the message shows them. */
const bad: ReadonlyArray<readonly [name: string, value: unknown, shown: string]> = [
  ...['maxPayload', 'maxFragments', 'maxBufferedChunks', 'highWater', 'highWaterBytes', 'outHighWater'].flatMap(
    (name) => counts(name),
  ),
  ...['outCeiling', 'maxChannels', 'maxChannelsPerAddress'].flatMap((name) => counts(name)),
  ['maxPayload', 2 ** 29 - 23, '536870889'],
  ['lowWater', -1, '-1'],
  ['lowWater', 0.5, '0.5'],
  ['lowWater', Number.NaN, 'NaN'],
  ['outLowWater', -1, '-1'],
  ['outLowWater', Number.NaN, 'NaN'],
  ...['stallTimeout', 'handshakeTimeout', 'closeTimeout'].flatMap((name) => times(name)),
  ['linger', -1, '-1'],
  ['linger', Number.NaN, 'NaN'],
  ['linger', 2 ** 31, '2147483648'],
  ['heartbeat', true, 'true'],
  ['heartbeat', null, 'null'],
  ['heartbeat', 30_000, '30000'],
  ['heartbeat', { every: -1 }, '{"every":-1}'],
  ['heartbeat', { every: 0, timeout: 1 }, '{"every":0,"timeout":1}'],
  ['heartbeat', { timeout: 2 ** 31 }, '{"timeout":2147483648}'],
  ['heartbeat', { evry: 1 }, '{"evry":1}'],
  ['invalid', 'ignore', "'ignore'"],
  ['invalid', null, 'null'],
  ['overflow', 'latest', "'latest'"],
  ['overflow', { replaces: 'a' }, '{"replaces":"a"}'],
  ['overflow', null, 'null'],
  ['perMessageDeflate', 'yes', "'yes'"],
  ['trustProxy', -1, '-1'],
  ['trustProxy', Number.NaN, 'NaN'],
  ['trustProxy', [1], '[1]'],
  ['subprotocols', [], '[]'],
  ['subprotocols', 'v1', "'v1'"],
  ['subprotocols', ['v1', 'v1'], '["v1","v1"]'],
  ['subprotocols', ['v 1'], '["v 1"]'],
  ['codec', 'json', "'json'"],
  ['codec', { kind: 'json', encode() {}, decode() {} }, '{"kind":"json"}'],
  ['codec', { kind: 'text', encode() {} }, '{"kind":"text"}'],
  ['guard', {}, '{}'],
  ['session', 'cookie', "'cookie'"],
  ['origins', 'https://example.com', "'https://example.com'"],
  ['origins', ['example.com'], "'example.com'"],
  ['origins', ['/relative'], "'/relative'"],
  ['origins', ['https://example.com/path'], "'https://example.com/path'"],
  ['origins', ['https://*.example.com'], "'https://*.example.com'"],
  ['origins', [null], 'null'],
];

function counts(name: string): ReadonlyArray<readonly [string, unknown, string]> {
  return [
    [name, 0, '0'],
    [name, -1, '-1'],
    [name, 1.5, '1.5'],
    [name, Number.NaN, 'NaN'],
    [name, Number.POSITIVE_INFINITY, 'Infinity'],
    [name, '1', "'1'"],
    [name, null, 'null'],
  ];
}

function times(name: string): ReadonlyArray<readonly [string, unknown, string]> {
  return [
    [name, 0, '0'],
    [name, -1, '-1'],
    [name, Number.NaN, 'NaN'],
    [name, Number.POSITIVE_INFINITY, 'Infinity'],
    [name, 2 ** 31, '2147483648'],
    [name, '10s', "'10s'"],
  ];
}

const compile = (routeOptions: object, appOptions: object = {}): unknown =>
  compileRoutes([routeOf(() => {}, routeOptions as never, '/echo')], appOptions);

describe('an option that is bad is refused when the app is made:', () => {
  test.each(bad)('%s: %s', (name, value, shown) => {
    const refusal = codeOf(() => compile({ [name]: value }));
    expect(refusal).toMatch(/^SLUICE_BAD_OPTION/);
    expect(refusal).toContain(name);
    expect(refusal).toContain(shown);
  });

  test.each(bad.filter(([name]) => !['codec', 'guard', 'session'].includes(name)))(
    'for the app, %s: %s',
    (name, value, shown) => {
      // With and without a route that has this option itself.
      for (const make of [() => compileRoutes([], { [name]: value }), () => compile({}, { [name]: value })]) {
        expect(codeOf(make)).toMatch(/^SLUICE_BAD_OPTION/);
        expect(codeOf(make)).toContain(name);
        expect(codeOf(make)).toContain(shown);
      }
    },
  );

  test.each([
    ['codec', { kind: 'text', encode() {}, decode() {} }],
    ['guard', () => ({})],
    ['session', () => ({})],
    ['hihgWater', 1],
    ['toString', 1],
    ['__proto__x', 1],
  ])('an app has no option %s', (name, value) => {
    const refusal = codeOf(() => compileRoutes([], { [name]: value }));
    expect(refusal).toMatch(/^SLUICE_UNKNOWN_OPTION/);
    expect(refusal).toContain(name);
  });

  test('a route has no option that is misspelt; the message names the route', () => {
    const refusal = codeOf(() => compile({ hihgWater: 1 }));
    expect(refusal).toMatch(/^SLUICE_UNKNOWN_OPTION/);
    expect(refusal).toContain("'hihgWater'");
    expect(refusal).toContain('the route /echo');
  });

  test.each([[null], [42], ['text'], [[]], [() => {}]])('options that are %s', (options) => {
    expect(codeOf(() => checkOptions(options, 'the app', 'app'))).toMatch(/^SLUICE_BAD_OPTION/);
  });
});

describe('what passes', () => {
  test.each([
    { heartbeat: false },
    { heartbeat: { every: 1 } },
    { heartbeat: { timeout: 2 ** 31 - 1 } },
    { linger: 0 },
    { invalid: 'skip' },
    { overflow: latest() },
    { outLowWater: 0, outHighWater: 1, outCeiling: 2 },
    { perMessageDeflate: { threshold: 1 } },
    { trustProxy: 'loopback' },
    { trustProxy: ['10.0.0.0/8'] },
    { trustProxy: 0 },
    { trustProxy: () => true },
    { subprotocols: ['v1', 'v2'] },
    { origins: anyOrigin() },
    { origins: ['https://example.com', 'http://localhost:3000'] },
    { origins: [] },
    { lowWater: 0, highWater: 1 },
    { maxPayload: undefined, guard: undefined },
  ])('%j', (options) => {
    expect(() => compile(options)).not.toThrow();
  });
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  return 'nothing was thrown';
}
