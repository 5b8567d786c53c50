import * as timersPromises from 'node:timers/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { mergeMap, type Observable, tap } from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { enterVirtualWorld } from '../../src/edge/virtual-world.ts';
import type { AnyHandler } from '../../src/testing/fixture.ts';
import { EndlessInstant } from '../../src/testing/world.ts';
import { testHandler } from '../../src/testing.ts';
import { play, seen } from './play.ts';

type Texts = { readonly in$: Observable<string> };
const echo = ({ in$ }: Texts): unknown => in$;

const enter = (log: (line: string) => void = () => {}) => enterVirtualWorld({ epoch: 1_000, log });

/** Everything that a world takes the place of. */
const surroundings = (): unknown[] => [
  ...[setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, Date, performance],
  ...[performance.now, AbortSignal.timeout, timersPromises.setTimeout, sleep],
  ...[console.log, console.info, console.warn, console.error, console.debug],
  ...process.rawListeners('unhandledRejection'),
  ...process.rawListeners('uncaughtException'),
];

describe('the world after a scenario', () => {
  const before = surroundings();

  afterEach(() => {
    expect(surroundings()).toEqual(before);
    surroundings().forEach((one, index) => void expect(one).toBe(before[index]));
  });

  test.each<[string, AnyHandler]>([
    ['that holds', echo],
    ['with another result', () => undefined],
    ['whose handler throws', () => JSON.parse('')],
    ['with a rejection that nobody catches', () => void Promise.reject(new Error('lost'))],
    ['that leaks', ({ in$ }: Texts) => setInterval(() => {}, 5) && in$],
    ['that never settles', () => void setInterval(() => {}, 0)],
  ])('is what it was, after one %s', async (_name, handler) => {
    await testHandler(handler, { in: '-a-', out: '-a-' }).catch(() => {});
  });

  test('is what it was, after one that its fixture makes impossible', async () => {
    const missing = testHandler(echo, { in: '-a-', out: '-a-', 'prices.seen': '---' });
    await expect(missing).rejects.toThrow('The fixture has no subject prices.');
    await expect(testHandler(echo, { in: '-a-', out: '-a-', do: '-1-' })).rejects.toThrow();
  });

  test('is what it was, also where other fake timers were in use', async () => {
    vi.useFakeTimers();
    await expect(testHandler(echo, { in: '-a-', out: '-a-' })).rejects.toThrow(/Other fake timers are in use/);
    vi.useRealTimers();
    await testHandler(echo, { in: '-a-', out: '-a-' });
  });

  test('keeps listeners that hear once', async () => {
    const once = (): void => {};
    process.once('unhandledRejection', once);
    const raw = process.rawListeners('unhandledRejection');
    await testHandler(echo, { in: '-a-', out: '-a-' });
    expect(process.rawListeners('unhandledRejection')).toEqual(raw);
    process.removeListener('unhandledRejection', once);
  });

  test('has real time, real timers and signals that still abort', async () => {
    await testHandler(({ in$ }: Texts) => in$.pipe(tap(() => AbortSignal.timeout(1))), { in: '-a-', out: '-a-' });
    const began = performance.now();
    const signal = AbortSignal.timeout(5);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(performance.now() - began).toBeGreaterThan(3);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
    await sleep(1);
  });
});

describe('a signal of AbortSignal.timeout', () => {
  test('aborts in virtual time, again and again, as it does outside', async () => {
    const reasons: unknown[] = [];
    const handler = ({ in$ }: Texts): unknown =>
      in$.pipe(
        mergeMap(async (text) => {
          const signal = AbortSignal.timeout(3);
          expect(signal.aborted).toBe(false);
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          reasons.push(signal.reason);
          return text;
        }),
      );
    for (let count = 0; count < 3; count++) {
      expect(seen(await play(handler, { lanes: { in: '-a--b-----' } }))).toBe('4:a 7:b');
    }
    expect(reasons).toHaveLength(6);
    expect(reasons[0]).toBeInstanceOf(DOMException);
    expect(reasons[0]).toMatchObject({ name: 'TimeoutError' });
  });
});

describe('the console', () => {
  test('is the log lane, as it would be printed', async () => {
    const handler = ({ in$ }: Texts): unknown =>
      in$.pipe(
        tap((text) => console.log('%s is %d', text, 1, { deep: [1] })),
        tap((text) => console.error('bad', text)),
      );
    const run = await play(handler, { lanes: { in: '-a-' } });
    expect(seen(run, 'log')).toBe('1:a is 1 { deep: [ 1 ] } 1:bad a');
  });

  test('prints nothing of a scenario', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    await play(({ in$ }: Texts) => in$.pipe(tap(console.log)), { lanes: { in: '-a-' } });
    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
  });
});

describe('scenarios at the same time', () => {
  test('wait for each other, and fail on their own', async () => {
    const slow: AnyHandler = ({ in$ }: Texts) => in$.pipe(mergeMap((text) => sleep(2).then(() => text)));
    const results = await Promise.allSettled([
      testHandler(slow, { in: '-a--', out: '---a' }),
      testHandler(slow, { in: '-a--', out: '--a-' }),
      testHandler(slow, { in: '-b--', out: '---b' }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test.concurrent('may be concurrent tests: one', () => testHandler(echo, { in: '-a-', out: '-a-' }));
  test.concurrent('may be concurrent tests: another', () => testHandler(echo, { in: '-b-', out: '-b-' }));
});

describe('the virtual world', () => {
  test('is entered once the one before is left', async () => {
    const first = await enter();
    const second = enter();
    await first.advance(5);
    expect(first.now).toBe(5);
    first.leave();
    const world = await second;
    expect(world.now).toBe(0);
    world.leave();
  });

  test('runs each timer, and what follows from it, before the next', async () => {
    const world = await enter();
    const said: string[] = [];
    for (const name of ['a', 'b']) {
      setTimeout(async () => {
        said.push(name);
        await null;
        said.push(`${name}, later`);
      }, 1);
    }
    await world.advance(1);
    world.leave();
    expect(said).toEqual(['a', 'a, later', 'b', 'b, later']);
  });

  test('gives up where the instant does not end, and says which', async () => {
    const world = await enter();
    setTimeout(() => setInterval(() => {}, 0), 7);
    await expect(world.advance(10)).rejects.toThrow(EndlessInstant);
    expect(world.now).toBe(7);
    world.leave();
  });

  test('has patience with one long piece of work', async () => {
    const world = await enter();
    setTimeout(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_300);
    }, 1);
    setTimeout(() => {}, 2);
    await world.advance(5);
    expect(world.now).toBe(5);
    world.leave();
  });

  test('keeps what nobody has caught, and no more once it is left', async () => {
    const world = await enter();
    void Promise.reject(new Error('one'));
    setTimeout(() => {
      throw new Error('two');
    }, 1);
    await world.advance(2);
    expect(world.leave().map(String)).toEqual(['Error: one', 'Error: two']);
  });
});
