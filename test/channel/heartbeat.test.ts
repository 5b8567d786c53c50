import { describe, expect, test } from 'vitest';
import { FakeSocket } from '../support/fake-socket.ts';
import { FakeApp, inVirtualTime, type Opened, pass, routeOf, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

const heartbeat = { every: 30_000, timeout: 10_000 };
const silent = { code: 1006, reason: '', clean: false, by: 'heartbeat' };

async function open(options: Record<string, unknown> = {}): Promise<Opened> {
  const opened = serveFake(() => {}, { heartbeat, ...options });
  await pass();
  return opened;
}

describe('the heartbeat', () => {
  test('has one Ping under way at a time', async () => {
    const { socket } = await open({ heartbeat: { every: 1_000, timeout: 5_000 }, stallTimeout: 100_000 });
    socket.reads = false;
    await pass(10_000);
    expect(socket.log).toEqual(['ping']);
    socket.takes();
    socket.showsLife();
    await pass(5_000);
    expect(socket.log).toEqual(['ping', 'ping']);
  });

  test('has the other default where one time is given', async () => {
    const { socket, records } = await open({ heartbeat: { every: 1_000 } });
    await pass(1_000);
    expect(socket.log).toEqual(['ping']);
    await pass(9_999);
    expect(records).toEqual([]);
    await pass(1);
    expect(records).toEqual([silent]);
  });

  test('is left out over a socket that cannot ping', async () => {
    const app = new FakeApp([routeOf(() => {}, { heartbeat })]);
    const socket = new FakeSocket();
    Object.defineProperty(socket, 'liveness', { value: undefined });
    app.open(socket);
    await pass(100_000);
    expect(socket.log).toEqual([]);
  });

  test('asks nothing more after our Close', async () => {
    const { channel, socket } = await open({ closeTimeout: 100_000 });
    channel.close();
    await pass(90_000);
    expect(socket.log).toEqual(['close 1000']);
  });
});

describe('while the socket is paused', () => {
  test('one Ping at a time: none goes out while the former is unsent', async () => {
    const { socket } = serveFake(() => new Promise(() => {}), {
      heartbeat,
      highWater: 1,
      lowWater: 0,
      stallTimeout: 200_000,
    });
    await pass();
    socket.reads = false;
    socket.delivers('a');
    await pass(95_000);
    expect(socket.log).toEqual(['pause', 'ping']);
  });

  /** A Ping leaves; then an echo that is held back pauses the socket, without a byte from the peer. */
  const pausedAfterPing = async (): Promise<Opened> => {
    const codec = {
      kind: 'text',
      decode: (text: string) => new Promise((resolve) => setTimeout(resolve, 1_000, text)),
      encode: (text: string) => text,
    };
    const opened = serveFake(({ in$ }) => in$, { heartbeat, codec, outHighWater: 4, outLowWater: 0 });
    await pass(29_500);
    opened.socket.delivers('aaaa', 'b');
    await pass(600);
    opened.socket.reads = false;
    await pass(400);
    expect(opened.log).toEqual(['ping', 'send aaaa', 'pause']);
    await pass(9_499);
    return opened;
  };

  test('no deadline runs: it begins anew when reading goes on', async () => {
    const { socket, records } = await pausedAfterPing();
    socket.takes();
    expect(socket.log.at(-1)).toBe('resume');
    await pass(9_999);
    socket.showsLife();
    await pass(30_000);
    expect(records).toEqual([]);
  });

  test('a silent peer has its deadline afterwards', async () => {
    const { socket, records } = await pausedAfterPing();
    await pass(15_000);
    socket.takes();
    await pass(9_999);
    expect(records).toEqual([]);
    await pass(1);
    expect(records).toEqual([silent]);
  });
});
