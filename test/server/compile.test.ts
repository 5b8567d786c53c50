import { describe, expect, test } from 'vitest';
import { json } from '../../src/codec/json.ts';
import { text } from '../../src/codec/text.ts';
import { dropNewest, dropOldest } from '../../src/flow/overflow.ts';
import { type CompiledRoute, compileRoutes } from '../../src/server/compile.ts';
import { type Route, route, routeWith } from '../../src/server/route.ts';

const one = (options: object = {}, appOptions: object = {}): CompiledRoute => {
  const [compiled] = compileRoutes([route('/', options as never, () => {})], appOptions);
  if (compiled === undefined) throw new Error('no route');
  return compiled;
};

describe('a compiled route', () => {
  test('has the documented defaults', () => {
    const { codec, settings } = one();
    expect(codec).toBe(text());
    expect(settings).toMatchObject({
      maxPayload: 1_048_576,
      maxFragments: 1_024,
      maxBufferedChunks: 4_096,
      highWater: 64,
      lowWater: 16,
      highWaterBytes: 1_048_576,
      outHighWater: 65_536,
      outLowWater: 16_384,
      outCeiling: 1_048_576,
      stallTimeout: 30_000,
      heartbeat: { every: 30_000, timeout: 10_000 },
      handshakeTimeout: 10_000,
      closeTimeout: 3_000,
      linger: 5_000,
      invalid: 'close',
      perMessageDeflate: false,
      trustProxy: false,
    });
  });

  test('puts its own options over those of the app, and those over the defaults', () => {
    const { settings } = one({ linger: 1 }, { linger: 2, closeTimeout: 3 });
    expect(settings).toMatchObject({ linger: 1, closeTimeout: 3, stallTimeout: 30_000 });
  });

  test('takes an option that is undefined as one that was not given', () => {
    expect(one({ linger: undefined }, { linger: 2, highWater: undefined }).settings).toMatchObject({
      linger: 2,
      highWater: 64,
    });
  });

  test('derives the low marks and the ceiling from the high marks', () => {
    expect(one({ highWater: 100, outHighWater: 4_000_000 }).settings).toMatchObject({
      lowWater: 25,
      outLowWater: 1_000_000,
      outCeiling: 8_000_000,
    });
    expect(one({ highWater: 1 }).settings.lowWater).toBe(0);
  });

  test('completes a heartbeat of which one time is given', () => {
    expect(one({ heartbeat: { every: 5 } }).settings.heartbeat).toEqual({ every: 5, timeout: 10_000 });
    expect(one({ heartbeat: false }, { heartbeat: { every: 5 } }).settings.heartbeat).toBe(false);
  });

  test('closes slow peers unless it or the app has another policy', () => {
    const state = { full: true, unsentBytes: 1, waiting: 0 };
    expect(one().settings.overflow('x' as never, state)).toBe('close');
    const [ofApp, ofRoute] = [dropNewest(), dropOldest()];
    expect(one({}, { overflow: ofApp }).settings.overflow).toBe(ofApp);
    expect(one({ overflow: ofRoute }, { overflow: ofApp }).settings.overflow).toBe(ofRoute);
  });

  test('keeps the limits of the app and its own apart', () => {
    expect(one({ maxChannels: 1 }, { maxChannels: 5 }).options.maxChannels).toBe(1);
    expect(one({}, { maxChannels: 5 }).options.maxChannels).toBeUndefined();
  });
});

describe('marks that do not fit each other are refused, with both values:', () => {
  test.each([
    [{ lowWater: 64 }, 'lowWater', '64', 'highWater'],
    [{ lowWater: 5, highWater: 4 }, 'lowWater', '5', '4'],
    [{ outLowWater: 65_536 }, 'outLowWater', '65536', 'outHighWater'],
    [{ outHighWater: 100, outLowWater: 10, outCeiling: 99 }, 'outHighWater', '100', '99'],
    [{ outHighWater: 100, outCeiling: 100 }, 'outHighWater', 'outCeiling', '100'],
    [{ outCeiling: 65_536 }, 'outCeiling', '65536'],
    [{ highWater: 4, lowWater: 4 }, 'lowWater', '4'],
  ])('%j', (options, ...parts) => {
    for (const make of [() => one(options), () => one({}, options), () => compileRoutes([], options)]) {
      expect(make).toThrow('SLUICE_BAD_OPTION');
      for (const part of parts) expect(make).toThrow(part);
    }
  });

  test('an option of the route against one of the app', () => {
    expect(() => one({ highWater: 4 }, { lowWater: 5 })).toThrow('SLUICE_BAD_OPTION');
    expect(() => one({ lowWater: 1, highWater: 4 }, { lowWater: 5 })).not.toThrow();
  });
});

describe('routes that are refused:', () => {
  test.each<[string, unknown, string]>([
    ['no list', {}, 'SLUICE_BAD_OPTION'],
    ['nothing', undefined, 'SLUICE_BAD_OPTION'],
    ['null for a route', [null], 'SLUICE_BAD_PATH'],
    ['a path without a slash', [route('chat' as '/', () => {})], 'SLUICE_BAD_PATH'],
    ['an empty path', [route('' as '/', () => {})], 'SLUICE_BAD_PATH'],
    ['a path that is no path', [route('/a/:' as '/', () => {})], 'SLUICE_BAD_PATH'],
    ['a handler that is none', [route('/', 'handler' as never)], 'SLUICE_BAD_OPTION'],
    ['no handler', [route('/', {}, undefined as never)], 'SLUICE_BAD_OPTION'],
    ['a number for options', [route('/', 5 as never, () => {})], 'SLUICE_BAD_OPTION'],
    ['null for options', [route('/', null as never, () => {})], 'SLUICE_BAD_OPTION'],
    ['a function for options', [route('/', (() => {}) as never, () => {})], 'SLUICE_BAD_OPTION'],
    ['one path twice', [route('/a', () => {}), route('/a', () => {})], 'SLUICE_DUPLICATE_PATH'],
    ['one path by two names', [route('/:a', () => {}), route('/:b', () => {})], 'SLUICE_DUPLICATE_PATH'],
  ])('%s', (_what, routes, code) => {
    expect(() => compileRoutes(routes as Route[], {})).toThrow(code);
  });

  test('the message names both paths of the same shape', () => {
    const make = (): unknown => compileRoutes([route('/x/:a', () => {}), route('/x/:b', () => {})], {});
    expect(make).toThrow("'/x/:a'");
    expect(make).toThrow("'/x/:b'");
  });
});

describe('route and routeWith', () => {
  test('make frozen values that later changes of the options do not reach', () => {
    const options = { linger: 1 };
    const made = route('/', options, () => {});
    options.linger = 2;
    expect(Object.isFrozen(made) && Object.isFrozen(made.options)).toBe(true);
    expect(made.options.linger).toBe(1);
  });

  test('routeWith puts the options of a route over the given ones', () => {
    const member = routeWith({ codec: json(), linger: 1 });
    const handler = (): void => {};
    expect(member('/a', handler)).toMatchObject({ path: '/a', options: { linger: 1 }, handler });
    expect(member('/b', { linger: 2 }, handler)).toMatchObject({ options: { linger: 2 } });
    expect(member('/b', { linger: 2 }, handler).options.codec).toBe(member('/a', handler).options.codec);
  });
});
