import fc from 'fast-check';
import { concatMap, interval, map, merge, Subject } from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import type { Pressure, ServerChannel } from '../../src/channel/channel.ts';
import { CloseError } from '../../src/protocol/close.ts';
import { shutdown } from '../../src/server/shutdown.ts';
import { FakeSocket } from '../support/fake-socket.ts';
import { FakeApp, inVirtualTime, type Opened, pass, routeOf, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

const later = (text: unknown): Promise<string> => new Promise((resolve) => setTimeout(resolve, 50, String(text)));

/** What may happen to a channel, by name so that a counterexample can be read. */
const actions: Readonly<Record<string, (opened: Opened) => void | Promise<void>>> = {
  'peer sends text': ({ socket }) => socket.delivers('a', 'b'),
  'peer sends much': ({ socket }) => socket.delivers(...Array.from({ length: 20 }, () => 'text')),
  'peer sends binary': ({ socket }) => socket.delivers(Uint8Array.of(1)),
  'peer sends what cannot be decoded': ({ socket }) => socket.delivers('!'),
  'peer closes': ({ socket }) => socket.closes({ code: 4000 }),
  'peer vanishes': ({ socket }) => socket.vanishes(),
  'peer breaks the protocol': ({ socket }) => socket.violates(1002),
  'peer shows life': ({ socket }) => socket.showsLife(),
  'peer stops reading': ({ socket }) => {
    socket.reads = false;
  },
  'peer takes a little': ({ socket }) => socket.takes(3),
  'peer takes all': ({ socket }) => {
    socket.reads = true;
    socket.takes();
  },
  'handler sends': ({ channel }) => channel.out.next('out'),
  'handler sends much': ({ channel }) => channel.out.next('x'.repeat(60)),
  'handler sends what cannot be encoded': ({ channel }) => channel.out.next('?'),
  'handler completes': ({ channel }) => channel.out.complete(),
  'handler fails': ({ channel }) => channel.out.error(new Error('boom')),
  'handler closes by error': ({ channel }) => channel.out.error(new CloseError(4001)),
  'handler closes': ({ channel }) => channel.close(4002),
  'somebody subscribes for one message': ({ channel }) => {
    const subscription = channel.in$.subscribe(() => subscription.unsubscribe());
  },
  'time passes': () => pass(60),
  'more time passes': () => pass(1_100),
  'microtasks run': async () => {
    await null;
    await null;
  },
};

const handlers: Readonly<Record<string, (channel: ServerChannel) => unknown>> = {
  'an echo': ({ in$ }) => in$,
  'an imperative handler': ({ in$, out }) => void in$.subscribe((text) => out.next(text)),
  'a handler that only sends': () => interval(30).pipe(map(String)),
  'an async handler': async ({ in$ }) => {
    await later('');
    return in$.pipe(concatMap(later));
  },
  'a pulled source': async function* () {
    while (true) yield await later('pulled');
  },
  'a merge': ({ in$ }) => merge(in$, in$.pipe(concatMap(later))),
};

const codecs: Readonly<Record<string, unknown>> = {
  'at once': { kind: 'text', decode: checked, encode: checked },
  later: {
    kind: 'text',
    decode: async (text: string) => checked(await later(text)),
    encode: async (text: string) => checked(await later(text)),
  },
};

function checked(text: string): string {
  if (text === '!' || text === '?') throw new Error(text);
  return text;
}

describe('whatever happens, in whatever order', () => {
  test('a channel ends once, completely, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(handlers)),
        fc.constantFrom(...Object.keys(codecs)),
        fc.array(fc.constantFrom(...Object.keys(actions)), { maxLength: 14 }),
        async (handler, codec, steps) => {
          const app = new FakeApp([
            routeOf(handlers[handler] ?? (() => {}), {
              codec: codecs[codec],
              heartbeat: { every: 1_000, timeout: 500 },
              ...{ highWater: 4, lowWater: 1, outHighWater: 20, outLowWater: 5, outCeiling: 100 },
              ...{ stallTimeout: 2_000, closeTimeout: 300, linger: 500 },
            }),
          ]);
          const opened = app.open();
          const ends: string[] = [];
          opened.channel.in$.subscribe({ complete: () => ends.push('in$') });
          opened.channel.out.subscribe({ complete: () => ends.push('out') });
          opened.channel.signal.addEventListener('abort', () => ends.push('signal'));
          opened.channel.closed$.subscribe({ complete: () => ends.push('closed$') });
          for (const step of steps) await actions[step]?.(opened);
          void shutdown(app.core, { grace: 1_000 });
          await pass(1_000);
          expect(ends).toEqual(['in$', 'signal', 'out', 'closed$']);
          expect(opened.records).toHaveLength(1);
          expect(app.events.filter(({ type }) => type === 'closed')).toHaveLength(1);
          expect(app.core.channels.size).toBe(0);
          expect(opened.log.filter((entry) => entry.startsWith('close')).length).toBeLessThanOrEqual(1);
          // A promise of user code may hold a timer of its own a little longer.
          await pass(100);
          expect(vi.getTimerCount()).toBe(0);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a thousand channels', () => {
  test('leave no timer, no place, no channel and no subscriber behind', async () => {
    const room = new Subject<string>();
    const handler = ({ in$ }: ServerChannel): unknown => merge(in$, room, interval(1_000).pipe(map(String)));
    const app = new FakeApp([routeOf(handler, { heartbeat: { every: 1_000, timeout: 500 } })], { maxChannels: 1_000 });
    for (let round = 0; round < 3; round++) {
      const all = Array.from({ length: 1_000 }, () => app.open(new FakeSocket()));
      await pass();
      expect(app.core.channels.size).toBe(1_000);
      room.next('hello');
      for (const { socket } of all) socket.delivers('a');
      all.forEach(({ socket, channel }, index) => {
        if (index % 3 === 0) socket.leaves();
        else if (index % 3 === 1) socket.vanishes();
        else {
          channel.close();
          socket.leaves();
        }
      });
      expect(app.core.channels.size).toBe(0);
      expect(room.observed).toBe(false);
      expect(vi.getTimerCount()).toBe(0);
      expect(all.every(({ records }) => records.length === 1)).toBe(true);
    }
  });
});

describe('pressure$', () => {
  test('tells what is held when subscribed and whenever it changes, once for what changes in one go', async () => {
    const opened = serveFake(() => new Promise(() => {}), {
      ...{ highWater: 2, lowWater: 0, outHighWater: 10, outLowWater: 0 },
    });
    await pass();
    const seen: Pressure[] = [];
    opened.channel.pressure$.subscribe((pressure) => seen.push(pressure));
    const idle = { inWork: 0, waiting: 0, unsentBytes: 0, paused: false, saturated: false, dropped: 0 };
    expect(seen).toEqual([idle]);
    opened.socket.delivers('a', 'b');
    opened.socket.reads = false;
    opened.channel.out.next('1234567890');
    opened.channel.out.next('12');
    await pass();
    expect(seen.slice(1)).toEqual([{ ...idle, waiting: 2, paused: true, unsentBytes: 12, saturated: true }]);
    opened.socket.takes();
    opened.socket.takes();
    await pass();
    expect(seen.at(-1)).toEqual({ ...idle, waiting: 2, paused: true });
  });

  test('counts an asynchronous decode as work', async () => {
    const codec = { kind: 'text', decode: later, encode: String };
    const { channel, socket } = serveFake(({ in$ }) => void in$.subscribe(), { codec });
    await pass();
    socket.delivers('a', 'b');
    let now: Pressure | undefined;
    channel.pressure$.subscribe((pressure) => {
      now = pressure;
    });
    expect(now).toMatchObject({ inWork: 1, waiting: 1 });
  });
});
