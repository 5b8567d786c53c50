import { delay, NEVER, of, Subject } from 'rxjs';
import { pacedConcatMap } from 'sluice/operators';
import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { now } from '../../src/marble/given.ts';
import type { Fixture, StagedApp } from '../../src/testing/fixture.ts';
import { play, seen } from './play.ts';

/** Works three milliseconds on each message. */
const work = ({ in$ }: ServerChannel<string, string>): unknown =>
  in$.pipe(pacedConcatMap((text) => of(text).pipe(delay(3))));

describe('an action', () => {
  test('can close the app, which lets work in flight finish', async () => {
    let closed = 0;
    const actions = {
      1: async (app: StagedApp) => {
        await app.close({ code: 1012 });
        closed = Date.now() - 946_684_800_000;
      },
    };
    const lanes = { in: '-a--------', do: '--1-------', wire: '----------' };
    const run = await play({ handler: work, actions }, { lanes });
    expect(seen(run, 'wire')).toBe('4:a 4:close 1012');
    expect(closed).toBe(4);
    expect(run.timersLeft).toEqual([]);
  });

  test('of an app that closes refuses who comes later', async () => {
    const actions = { 1: (app: StagedApp) => app.close() };
    const lanes = { 'ann.in': '-a-----', do: '--1----', 'bob.in': '---^---', 'bob.out': '-------' };
    expect(seen(await play({ handler: work, actions }, { lanes }), 'bob.out')).toBe('3:reject 503');
  });

  test('sees the channels that are open', async () => {
    const sizes: number[] = [];
    const actions = { 1: ({ channels }: StagedApp) => void sizes.push(channels.size) };
    const lanes = { 'ann.in': '^---|--', 'bob.in': '--^----', do: '-1-1-1-', 'bob.out': '-------' };
    await play({ handler: () => NEVER, actions }, { lanes });
    expect(sizes).toEqual([1, 2, 1]);
  });

  test('that the fixture has not got is named', async () => {
    const run = await play(() => NEVER, { lanes: { in: '----', do: '-2--', out: '----' } });
    expect(run.uncaught).toMatchObject([{ message: 'The fixture has no action 2.' }]);
  });
});

describe('a push', () => {
  test('fills in what the clock says', async () => {
    const said: unknown[] = [];
    const hub = new Subject<unknown>();
    hub.subscribe((value) => said.push(value));
    const subject: Fixture = { handler: () => NEVER, subjects: { hub } };
    const lanes = { 'hub.push': '--n--', out: '-----' };
    await play(subject, { lanes, values: { n: { at: now } }, settings: { epoch: 1_000 } });
    expect(said).toEqual([{ at: 1_002 }]);
  });
});
