import { map, NEVER, of, Subject } from 'rxjs';
import { coalesceBy, dropNewest, dropOldest, json, route } from 'sluice';
import { pacedConcatMap } from 'sluice/operators';
import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { type Overflow, unbounded } from '../../src/flow/overflow.ts';
import type { Fixture, StagedApp } from '../../src/testing/fixture.ts';
import { play, seen } from './play.ts';

/** One letter saturates, in a frame of three bytes; two more may wait. */
const roomForTwo = { outHighWater: 1, outLowWater: 0, outCeiling: 5 };

function feed(overflow: Overflow<never>): Fixture {
  const hub = new Subject<string>();
  return { handler: () => hub, subjects: { hub }, options: { ...roomForTwo, overflow } };
}

describe('the lane drop', () => {
  const lanes = { peer: 'x--------', 'hub.push': '-abcdef--', drop: '---------' };

  test('shows a message that is refused', async () => {
    expect(seen(await play(feed(dropNewest()), { lanes }), 'drop')).toBe('4:d 5:e 6:f');
  });

  test('shows one that has to make room', async () => {
    expect(seen(await play(feed(dropOldest()), { lanes }), 'drop')).toBe('4:b 5:c 6:d');
  });

  test('shows one whose place a newer one takes', async () => {
    expect(seen(await play(feed(coalesceBy(() => 'one key')), { lanes }), 'drop')).toBe('3:b 4:c 5:d 6:e');
  });

  test('shows what waits when a channel is closed, and the message that was too much', async () => {
    const run = await play(
      feed((_message, { full }) => (full ? 'close' : 'admit')),
      { lanes },
    );
    expect(seen(run, 'drop')).toBe('4:b 4:c 4:d');
  });

  test('shows one that is larger than what it would replace, where there is no room for that', async () => {
    const values = { B: 'bb', C: 'cc' };
    const run = await play(feed(coalesceBy((text: string) => text[0])), {
      lanes: { ...lanes, 'hub.push': '-abcBC---' },
      values,
    });
    expect(seen(run, 'drop')).toBe('4:b 5:cc 5:bb 5:c');
  });

  test('shows nothing where nothing is dropped, nor what is cut at the end of the scenario', async () => {
    expect(seen(await play(feed(unbounded()), { lanes }), 'drop')).toBe('');
  });

  test('shows what is said after the end', async () => {
    const handler = ({ closed$, out }: ServerChannel<string, string>): void =>
      void closed$.subscribe(() => setTimeout(() => out.next('late'), 2));
    expect(seen(await play(handler, { lanes: { in: '-|----', drop: '------' } }), 'drop')).toBe('3:late');
  });

  test('shows what an asynchronous codec makes of it, and nothing where it fails', async () => {
    const codec = {
      kind: 'text' as const,
      decode: (text: string) => text,
      encode: async (text: string) => {
        if (text === 'x') throw new Error('no x');
        return text.toUpperCase();
      },
    };
    const handler = ({ closed$, out }: ServerChannel<string, string>): void =>
      void closed$.subscribe(() => {
        out.next('x');
        out.next('late');
      });
    const run = await play({ handler, options: { codec } }, { lanes: { in: '-|----', drop: '------' } });
    expect(seen(run, 'drop')).toBe('1:LATE');
    expect(run.uncaught).toEqual([]);
  });
});

describe('the lane buf', () => {
  const lanes = { peer: 'x-------r-', 'hub.push': '-ab-c-----', buf: '----------' };

  test('counts what waits behind the message that is with the network', async () => {
    expect(seen(await play(feed(unbounded()), { lanes }), 'buf')).toBe('2:1 4:2 8:0');
  });

  test('is 0 again when what waits is dropped', async () => {
    const close: Overflow = (_message, { full }) => (full ? 'close' : 'admit');
    const run = await play(feed(close), { lanes: { ...lanes, 'hub.push': '-ab-c-d---' } });
    expect(seen(run, 'buf')).toBe('2:1 4:2 6:0');
  });

  test('counts from the first message on, which a handler may send at once', async () => {
    const subject = { handler: () => of('a', 'b', 'c'), options: { ...roomForTwo } };
    expect(seen(await play(subject, { lanes: { peer: 'x----', buf: '-----' } }), 'buf')).toBe('0:2');
  });
});

describe('the lane out', () => {
  test('shows an error of the first message, which is encoded before the channel is known', async () => {
    const subject = { handler: () => of(() => 'no JSON'), options: { codec: json() } };
    expect(seen(await play(subject, { lanes: { in: '----', out: '----' } }))).toMatch(/^0:#.*SLUICE_CANNOT_ENCODE/);
  });

  test('shows the answer to the handshake where a guard breaks, and not its error', async () => {
    const guard = (): never => {
      throw new Error('no database');
    };
    const subject = { handler: () => NEVER, options: { guard } };
    expect(seen(await play(subject, { lanes: { in: '----', out: '----' } }))).toBe('0:reject 500');
  });
});

describe('a party', () => {
  test('speaks the subprotocol that was agreed on', async () => {
    const { handler, options } = route('/', { subprotocols: ['v2'] }, ({ subprotocol }) => of(subprotocol));
    const run = await play({ handler, options } as Fixture, {
      lanes: { in: '----', out: '----' },
      settings: { protocols: ['v1', 'v2'] },
    });
    expect(seen(run)).toBe('0:v2 0:|');
  });

  test('is closed with 1009 for a message over maxPayload', async () => {
    const handler = ({ in$ }: ServerChannel<string, string>): unknown => in$;
    const subject = { handler, options: { maxPayload: 3 } };
    const values = { L: 'long', S: 'abc' };
    const run = await play(subject, { lanes: { in: '-S-L-S-', wire: '-------' }, values });
    expect(seen(run, 'wire')).toBe('1:abc 3:close 1009');
  });

  test('answers Pings by itself, but for the one that has a lane wire', async () => {
    const subject = { handler: () => NEVER, options: { heartbeat: { every: 2, timeout: 1 } } };
    const lanes = { 'ann.in': '^-------', 'ann.wire': '--------', 'bob.in': '^-------', 'bob.sub': '--------' };
    const run = await play(subject, { lanes });
    expect(seen(run, 'ann.wire')).toBe('2:ping 3:terminate');
    expect(seen(run, 'bob.wire')).toBe('2:ping 4:ping 6:ping');
  });

  test('that leaves before the guard has answered gets no channel and no answer', async () => {
    const guard = (): Promise<object> => new Promise((resolve) => setTimeout(resolve, 3, {}));
    const opened: unknown[] = [];
    const subject = { handler: () => void opened.push('opened'), options: { guard } };
    expect(seen(await play(subject, { lanes: { in: '-#-----', out: '-------' } }))).toBe('');
    expect(opened).toEqual([]);
  });

  test('that leaves at the instant at which it connects was there', async () => {
    const opened: unknown[] = [];
    const subject = { handler: () => void opened.push('opened') };
    for (const order of ['inputs first', 'timers first'] as const) {
      await play(subject, { lanes: { in: '#------', out: '-------' }, order });
    }
    expect(opened).toEqual(['opened', 'opened']);
  });

  test('waits for its guard no longer than the app is open', async () => {
    const guard = (): Promise<object> => new Promise(() => {});
    const actions = { 1: (app: StagedApp) => app.close() };
    const subject = { handler: () => NEVER, options: { guard }, actions };
    expect(seen(await play(subject, { lanes: { in: '------', do: '--1---', out: '------' } }))).toBe('2:reject 503');
  });

  test('leaves no timer behind whose guard has not answered at the end', async () => {
    const subject = { handler: () => NEVER, options: { guard: () => new Promise<object>(() => {}) } };
    expect((await play(subject, { lanes: { in: '----', out: '----' } })).timersLeft).toEqual([]);
  });

  test('leaves no timer behind that is paused when the scenario ends', async () => {
    const handler = ({ in$ }: ServerChannel<string, string>): unknown =>
      in$.pipe(
        pacedConcatMap(() => new Promise<string>(() => {})),
        map((text) => text),
      );
    const subject = { handler, options: { highWater: 1, lowWater: 0 } };
    const run = await play(subject, { lanes: { in: 'ab---', out: '-----' } });
    expect(run.timersLeft).toEqual([]);
  });
});
