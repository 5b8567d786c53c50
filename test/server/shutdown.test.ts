import { NEVER } from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { type ShutdownOptions, shutdown } from '../../src/server/shutdown.ts';
import { FakeApp, inVirtualTime, type Opened, pass, routeOf } from '../support/serve-fake.ts';

inVirtualTime();

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Closes the app and notes when it was done. */
function closing(app: FakeApp, options: ShutdownOptions = {}): { at: number | undefined } {
  const start = Date.now();
  const done: { at: number | undefined } = { at: undefined };
  void shutdown(app.core, options).then(() => {
    done.at = Date.now() - start;
  });
  return done;
}

async function appOf(
  handler: (channel: ServerChannel) => unknown,
  count: number,
  options: Record<string, unknown> = {},
): Promise<{ app: FakeApp; all: Opened[] }> {
  const app = new FakeApp([routeOf(handler, options)]);
  const all = Array.from({ length: count }, () => app.open());
  await pass();
  return { app, all };
}

describe('closing an app', () => {
  test('closes idle channels with 1001 at once, and is done with the last of them', async () => {
    const { app, all } = await appOf(() => NEVER, 3);
    for (const { socket } of all) socket.answers = true;
    const done = closing(app);
    expect(app.core.state).toBe('draining');
    for (const { log } of all) expect(log).toEqual(['close 1001']);
    await pass();
    expect(done.at).toBe(0);
    for (const { records } of all) expect(records).toEqual([{ code: 1001, reason: '', clean: true, by: 'server' }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('without channels is done at once', async () => {
    const { app } = await appOf(() => NEVER, 0);
    const done = closing(app);
    await pass();
    expect(done.at).toBe(0);
    // A timer would keep the process alive for `grace`.
    expect(vi.getTimerCount()).toBe(0);
  });

  test('lets work in flight finish, and sends what it puts out', async () => {
    const { app, all } = await appOf(async ({ out }) => {
      await wait(1_500);
      out.next('done');
    }, 1);
    for (const { socket } of all) socket.answers = true;
    const done = closing(app, { grace: 5_000 });
    await pass(1_500 - 1);
    expect(all[0]?.log).toEqual([]);
    await pass(1);
    expect(all[0]?.log).toEqual(['send done', 'close 1001']);
    expect(done.at).toBe(1_500);
  });

  test('delivers what was received before', async () => {
    const { app, all } = await appOf(async ({ in$ }) => {
      await wait(1_000);
      return in$;
    }, 1);
    const [opened] = all;
    opened?.socket.delivers('a', 'b');
    closing(app);
    opened?.socket.delivers('too late');
    await pass(1_000);
    expect(opened?.log).toEqual(['send a', 'send b', 'close 1001']);
  });

  test('gives handlers that never settle until closeTimeout before grace', async () => {
    const { app, all } = await appOf(() => new Promise(() => {}), 1, { linger: 60_000, closeTimeout: 3_000 });
    for (const { socket } of all) socket.answers = true;
    const done = closing(app, { grace: 10_000 });
    await pass(6_999);
    expect(all[0]?.log).toEqual([]);
    await pass(1);
    expect(all[0]?.log).toEqual(['close 1001']);
    expect(done.at).toBe(7_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is done after grace when a peer does not answer', async () => {
    const { app, all } = await appOf(() => NEVER, 1, { closeTimeout: 60_000 });
    const done = closing(app, { grace: 5_000 });
    await pass(4_999);
    expect(done.at).toBeUndefined();
    await pass(1);
    expect(done.at).toBe(5_000);
    expect(all[0]?.log).toEqual(['close 1001', 'terminate']);
    expect(all[0]?.records).toEqual([{ code: 1001, reason: '', clean: false, by: 'server' }]);
  });

  test('is done after grace when a peer does not read', async () => {
    const { app, all } = await appOf(() => NEVER, 1, { outHighWater: 4, closeTimeout: 1_000 });
    const [opened] = all;
    if (opened === undefined) throw new Error('no channel');
    opened.socket.reads = false;
    opened.channel.out.next('unsent');
    opened.channel.out.next('waits');
    const done = closing(app, { grace: 5_000 });
    await pass(3_999);
    expect(opened.log).toEqual(['send unsent']);
    await pass(1);
    expect(opened.log).toEqual(['send unsent', 'close 1001']);
    expect(opened.socket.sent).toEqual(['unsent']);
    await pass(1_000);
    expect(done.at).toBe(5_000);
    expect(opened.dropped).toEqual(['out ended 1']);
  });

  test('with a grace of 0 cuts at once', async () => {
    const { app, all } = await appOf(() => new Promise(() => {}), 2);
    const done = closing(app, { grace: 0 });
    await pass();
    expect(done.at).toBe(0);
    for (const { records } of all) expect(records).toHaveLength(1);
  });

  test('spreads the closes', async () => {
    const { app, all } = await appOf(() => NEVER, 4);
    for (const { socket } of all) socket.answers = true;
    const done = closing(app, { grace: 5_000, spread: 2_000 });
    const closed = (): number => all.filter(({ log }) => log.length > 0).length;
    expect(closed()).toBe(1);
    await pass(499);
    expect(closed()).toBe(1);
    await pass(1);
    expect(closed()).toBe(2);
    await pass(1_000);
    expect(closed()).toBe(4);
    expect(done.at).toBe(1_500);
  });

  test('never spreads beyond grace', async () => {
    const { app } = await appOf(() => NEVER, 10);
    const done = closing(app, { grace: 1_000, spread: 60_000 });
    await pass(1_000);
    expect(done.at).toBe(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('keeps the record of a channel that ended for another cause', async () => {
    const { app, all } = await appOf(() => NEVER, 1);
    all[0]?.channel.close(4000);
    closing(app);
    all[0]?.socket.leaves();
    expect(all[0]?.record).toMatchObject({ code: 4000, by: 'handler' });
  });

  test('ends a channel as well that is opened too late', async () => {
    const { app, all } = await appOf(() => NEVER, 1);
    const done = closing(app);
    const late = app.open();
    await pass();
    expect(late.log).toEqual(['close 1001']);
    for (const { socket } of [...all, late]) socket.leaves();
    await pass();
    expect(done.at).toBe(0);
  });

  test.each([
    [{ grace: -1 }, 'grace', '-1'],
    [{ grace: Number.NaN }, 'grace', 'NaN'],
    [{ grace: 2 ** 31 }, 'grace', '2147483648'],
    [{ spread: -1 }, 'spread', '-1'],
    [{ spread: '1' as unknown as number }, 'spread', "'1'"],
    [{ code: 1000 as 1001 }, 'code', '1000'],
  ])('refuses %j', async (options, name, value) => {
    const { app } = await appOf(() => NEVER, 1);
    const attempt = async (): Promise<void> => shutdown(app.core, options);
    await expect(attempt()).rejects.toMatchObject({ code: 'SLUICE_BAD_OPTION' });
    await expect(attempt()).rejects.toThrow(name);
    await expect(attempt()).rejects.toThrow(value);
    expect(app.core.state).toBe('open');
  });
});
