import { concat, delay, firstValueFrom, map, merge, of } from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { inVirtualTime, type Opened, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

const numbers = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => String(from + i));
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A handler that keeps what it reads. */
function reading(options: Record<string, unknown> = {}): Opened & { seen: unknown[] } {
  const seen: unknown[] = [];
  const opened = serveFake(({ in$ }) => void in$.subscribe((text) => seen.push(text)), options);
  return Object.assign(opened, { seen });
}

describe('in$', () => {
  test('is decoded once, however many subscribe', async () => {
    const decode = vi.fn((text: string) => text);
    const codec = { kind: 'text', decode, encode: (text: string) => text };
    const { socket } = serveFake(({ in$ }) => merge(in$, in$, in$), { codec });
    await pass();
    socket.delivers('a', 'b');
    expect(decode).toHaveBeenCalledTimes(2);
    expect(socket.sent).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
  });

  test('gives the first message to both branches of a merge, also when it came before the handler ran', async () => {
    const { socket } = serveFake(({ in$ }) => merge(in$.pipe(map((x) => `1${x}`)), in$.pipe(map((x) => `2${x}`))));
    socket.delivers('a', 'b');
    expect(socket.sent).toEqual([]);
    await pass();
    expect(socket.sent).toEqual(['1a', '2a', '1b', '2b']);
  });

  test('is hot: who subscribes later gets what comes later', async () => {
    const { channel, socket, seen } = reading();
    await pass();
    socket.delivers('a');
    const late: unknown[] = [];
    channel.in$.subscribe((text) => late.push(text));
    socket.delivers('b');
    await pass();
    expect([seen, late]).toEqual([['a', 'b'], ['b']]);
  });

  test('delivers in a microtask after a subscription, and never inside subscribe', async () => {
    const { channel, socket } = serveFake(() => {});
    await pass();
    socket.delivers('a');
    const seen: unknown[] = [];
    channel.in$.subscribe((text) => seen.push(text));
    expect(seen).toEqual([]);
    await pass();
    expect(seen).toEqual(['a']);
  });

  test('takes any observer, a Subject too, and functions', async () => {
    const { channel, socket } = serveFake(() => {});
    const seen: unknown[] = [];
    const note = (text: unknown): number => seen.push(text);
    channel.in$.subscribe();
    channel.in$.subscribe(null);
    channel.in$.subscribe({});
    channel.in$.subscribe({ next: note, error: note, complete: () => note('end') });
    channel.in$.subscribe(note, note, () => note('end'));
    await pass();
    socket.delivers('a');
    socket.leaves();
    expect(seen).toEqual(['a', 'a', 'end', 'end']);
  });
});

describe('an async handler loses nothing', () => {
  test('when it waits and then returns in$', async () => {
    const { socket } = serveFake(async ({ in$ }) => {
      await wait(1_000);
      return in$;
    });
    socket.delivers('a');
    await pass(500);
    socket.delivers('b');
    await pass(499);
    expect(socket.sent).toEqual([]);
    await pass(1);
    expect(socket.sent).toEqual(['a', 'b']);
  });

  test('when it awaits the first message and subscribes again', async () => {
    const { socket } = serveFake(async ({ in$ }: ServerChannel) => {
      const first = await firstValueFrom(in$);
      await wait(1_000);
      const second = await firstValueFrom(in$);
      return in$.pipe(map((text) => `${first}${second}${text}`));
    });
    await pass();
    socket.delivers('a', 'b', 'c');
    await pass(1_000);
    socket.delivers('d');
    await pass();
    expect(socket.sent).toEqual(['abc', 'abd']);
  });

  test('when the next subscription comes after the handler has settled', async () => {
    const { socket } = serveFake(({ in$ }) => {
      void firstValueFrom(in$).then(async (first) => {
        await wait(1_000);
        in$.subscribe((text) => socket.log.push(`${first}${text}`));
      });
    });
    await pass();
    socket.delivers('a', 'b', 'c');
    await pass(1_000);
    expect(socket.log).toEqual(['ab', 'ac']);
  });

  test('when a stream comes first: concat(history$, in$)', async () => {
    const { socket } = serveFake(({ in$ }) => concat(of('h1', 'h2').pipe(delay(1_000)), in$));
    socket.delivers('a', 'b');
    await pass(999);
    expect(socket.sent).toEqual([]);
    await pass(1);
    expect(socket.sent).toEqual(['h1', 'h2', 'a', 'b']);
  });

  test('and the socket is paused at highWater until the handler has settled', async () => {
    const { socket } = serveFake(
      async ({ in$ }) => {
        await wait(1_000);
        return in$;
      },
      { highWater: 4, lowWater: 1 },
    );
    socket.delivers(...numbers(0, 3));
    expect(socket.log).toEqual([]);
    socket.delivers('3', '4', '5');
    expect(socket.log).toEqual(['pause']);
    socket.delivers('6');
    await pass(1_000);
    expect(socket.log.filter((entry) => !entry.startsWith('send'))).toEqual(['pause', 'resume']);
    await pass();
    expect(socket.sent).toEqual(numbers(0, 7));
  });

  test('and the socket is paused at highWaterBytes as well', async () => {
    const { socket } = serveFake(() => new Promise(() => {}), { highWaterBytes: 10 });
    await pass();
    socket.delivers('123456789');
    expect(socket.log).toEqual([]);
    socket.delivers('0');
    expect(socket.log).toEqual(['pause']);
  });

  test('and a handler that settles without reading is read on', async () => {
    const opened = serveFake(() => wait(1_000), { highWater: 4, lowWater: 1 });
    opened.socket.delivers(...numbers(0, 4));
    await pass(1_000);
    expect(opened.log).toEqual(['pause', 'resume']);
    opened.channel.in$.subscribe();
    expect(opened.dropped).toEqual([]);
  });
});

describe('an asynchronous decode', () => {
  const codec = {
    kind: 'text',
    decode: async (text: string) => {
      await wait(Number(text));
      return text;
    },
    encode: (text: string) => text,
  };

  test('keeps the order', async () => {
    const { socket, seen } = reading({ codec });
    await pass();
    socket.delivers('300', '10', '200');
    await pass(509);
    expect(seen).toEqual(['300', '10']);
    await pass(1);
    expect(seen).toEqual(['300', '10', '200']);
  });

  test('pauses the socket at highWater and resumes at lowWater', async () => {
    const { socket, seen, events } = reading({ codec, highWater: 4, lowWater: 2 });
    await pass();
    socket.delivers('100', '100', '100', '100', '100');
    expect(socket.log).toEqual(['pause']);
    await pass(199);
    expect(socket.log).toEqual(['pause']);
    await pass(1);
    expect(socket.log).toEqual(['pause', 'resume']);
    await pass(300);
    expect(seen).toHaveLength(5);
    expect(events.map(({ type }) => type)).toEqual(['opened', 'paused', 'resumed']);
  });

  test('sees the Close of the peer after what came before it', async () => {
    const { socket, seen, records } = reading({ codec });
    await pass();
    socket.delivers('100', '100');
    socket.leaves();
    expect(records).toEqual([]);
    await pass(200);
    expect([seen, records]).toMatchObject([['100', '100'], [{ code: 1000, by: 'peer' }]]);
  });
});
