import { describe, expect, test } from 'vitest';
import { compileRoutes } from '../../src/server/compile.ts';
import { Limits, type Place } from '../../src/server/limits.ts';
import type { AppOptions } from '../../src/server/options.ts';
import { routeOf } from '../support/serve-fake.ts';

/** Takes places by route and address; statuses are refusals. */
function limitsOf(app: AppOptions, a: Record<string, unknown> = {}, b: Record<string, unknown> = {}) {
  const routes = compileRoutes([routeOf(() => {}, a, '/a'), routeOf(() => {}, b, '/b')], app);
  const limits = new Limits(app, routes);
  return (path: '/a' | '/b', address = 'x'): Place | number => {
    const route = routes.find(({ pattern }) => pattern === path);
    if (route === undefined) throw new Error(path);
    return limits.take(route, address);
  };
}

const release = (place: Place | number): void => {
  if (typeof place !== 'number') place.release();
};

describe('limits', () => {
  test('are none without options', () => {
    const take = limitsOf({});
    for (let i = 0; i < 10_000; i++) expect(take('/a')).not.toBeTypeOf('number');
  });

  test('of the app count all routes together: 503', () => {
    const take = limitsOf({ maxChannels: 2 });
    const first = take('/a');
    take('/b');
    expect([take('/a'), take('/b')]).toEqual([503, 503]);
    release(first);
    expect(take('/b')).not.toBeTypeOf('number');
    expect(take('/b')).toBe(503);
  });

  test('of a route count its own channels, besides those of the app', () => {
    const take = limitsOf({ maxChannels: 3 }, { maxChannels: 1 });
    take('/a');
    expect(take('/a')).toBe(503);
    take('/b');
    take('/b');
    expect(take('/b')).toBe(503);
  });

  test('per address answer 429', () => {
    const take = limitsOf({ maxChannelsPerAddress: 1 }, { maxChannelsPerAddress: 1 });
    const first = take('/a', 'x');
    expect([take('/a', 'x'), take('/b', 'x')]).toEqual([429, 429]);
    expect(take('/a', 'y')).not.toBeTypeOf('number');
    release(first);
    expect(take('/a', 'x')).not.toBeTypeOf('number');
  });

  test('are not touched by a refusal, nor by a second release', () => {
    const take = limitsOf({ maxChannels: 2 }, { maxChannels: 1 });
    const first = take('/a');
    for (let i = 0; i < 5; i++) expect(take('/a')).toBe(503);
    const second = take('/b');
    release(first);
    release(first);
    release(first);
    expect(take('/a')).not.toBeTypeOf('number');
    expect(take('/b')).toBe(503);
    release(second);
    expect(take('/b')).not.toBeTypeOf('number');
  });
});
