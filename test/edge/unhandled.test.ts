import { setTimeout as sleep } from 'node:timers/promises';
import { config, map, NEVER, type Observable, of } from 'rxjs';
import { route, sluice } from 'sluice';
import { afterEach, expect, test, vi } from 'vitest';
import { watch } from '../support/server.ts';

afterEach(() => {
  config.onUnhandledError = null;
});

const routes = [route('/', () => NEVER)];

/** A throw that RxJS rethrows on a timer. */
const misbehave = (error: Error): void => {
  of(1).subscribe(() => {
    throw error;
  });
};

test('an error in a foreign subscriber goes to errors$ of the open apps, without a channel', async () => {
  const [a, b] = [watch(sluice(routes)), watch(sluice(routes))];
  const error = new Error('thrown in a subscriber');
  misbehave(error);
  await sleep(5);
  const report = { error, channel: undefined, route: undefined };
  expect([a.errors, b.errors]).toEqual([[report], [report]]);
});

test('a handler of unhandled errors that was there stays', async () => {
  const seen: unknown[] = [];
  const own = (error: unknown): void => void seen.push(error);
  config.onUnhandledError = own;
  const { app, errors } = watch(sluice(routes));
  misbehave(new Error('mine'));
  await sleep(5);
  expect([seen.length, errors.length]).toEqual([1, 0]);
  await app.close();
  expect(config.onUnhandledError).toBe(own);
});

test('the last app that closes puts RxJS back as it was', async () => {
  const [a, b] = [sluice(routes), sluice(routes)];
  expect(config.onUnhandledError).not.toBe(null);
  await a.close();
  expect(config.onUnhandledError).not.toBe(null);
  await b.close();
  // What subscribers have thrown by then comes on a timer.
  expect(config.onUnhandledError).not.toBe(null);
  await sleep(30);
  expect(config.onUnhandledError).toBe(null);
});

test.each(['errors$', 'events$'] as const)(
  'a subscriber behind a pipe on %s that always throws is not told of itself',
  async (stream) => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {});
    const app = sluice(routes);
    let calls = 0;
    (app[stream] as Observable<unknown>).pipe(map((value) => value)).subscribe(() => {
      calls++;
      throw new Error('a logger that fails');
    });
    misbehave(new Error('first'));
    await sleep(60);
    expect(calls).toBe(1);
    expect(print).toHaveBeenCalled();
    print.mockRestore();
    await app.close();
  },
);
