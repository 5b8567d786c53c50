import { describe, expect, test, vi } from 'vitest';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

describe('a peer that takes nothing', () => {
  test('is not excused by more that is sent to it', async () => {
    const { channel, socket } = serveFake(() => {}, { stallTimeout: 30_000 });
    await pass();
    socket.reads = false;
    for (let i = 0; i < 30; i++) {
      channel.out.next('unsent');
      await pass(1_000);
    }
    expect(socket.log.at(-1)).toBe('terminate');
  });

  test('is terminated also when only a Ping is unsent', async () => {
    const { socket, records } = serveFake(() => {}, {
      stallTimeout: 30_000,
      heartbeat: { every: 10_000, timeout: 5_000 },
    });
    await pass();
    socket.reads = false;
    await pass(39_999);
    expect(socket.log).toEqual(['ping']);
    await pass(1);
    expect(records).toMatchObject([{ by: 'stall' }]);
  });
});

describe('a peer that takes something', () => {
  test('is not cut, however slowly message after message leaves', async () => {
    const { channel, socket, records } = serveFake(() => {}, { stallTimeout: 30_000 });
    await pass();
    socket.reads = false;
    for (let i = 0; i < 10; i++) channel.out.next('1234567890');
    for (let i = 0; i < 10; i++) {
      await pass(29_000);
      socket.takes(10);
    }
    await pass(100_000);
    expect(records).toEqual([]);
    expect(socket.log).toHaveLength(10);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is not cut while one large message shrinks, which counts as unsent in full', async () => {
    const { channel, socket, records } = serveFake(() => {}, { stallTimeout: 30_000 });
    await pass();
    socket.reads = false;
    channel.out.next('x'.repeat(1_000));
    for (let i = 0; i < 9; i++) {
      await pass(29_000);
      socket.takes(100);
      expect(socket.bufferedBytes).toBe(1_000);
    }
    expect(records).toEqual([]);
    await pass(60_000);
    expect(records).toMatchObject([{ by: 'stall' }]);
  });

  test('is not cut when what it took was never reported', async () => {
    const { socket, records, channel } = serveFake(() => {}, { stallTimeout: 30_000 });
    await pass();
    socket.reads = false;
    // The socket answers a Ping of the peer by itself: bytes that come and go without a word.
    const unreported = vi.spyOn(socket, 'bufferedBytes', 'get').mockReturnValue(6);
    channel.out.next('');
    unreported.mockReturnValue(0);
    await pass(60_000);
    expect(records).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is not cut for a Ping that has left, when nothing else is sent', async () => {
    const { socket, records } = serveFake(() => {}, {
      stallTimeout: 30_000,
      heartbeat: { every: 100_000, timeout: 5_000 },
    });
    await pass();
    socket.reads = false;
    await pass(100_000);
    socket.takes();
    socket.showsLife();
    await pass(90_000);
    expect(records).toEqual([]);
  });

  test('is sent the Close when a Ping was the last that it had to take', async () => {
    const { channel, socket } = serveFake(() => {}, { heartbeat: { every: 1_000, timeout: 5_000 } });
    await pass();
    socket.reads = false;
    await pass(1_000);
    channel.out.complete();
    expect(socket.log).toEqual(['ping']);
    socket.takes();
    expect(socket.log).toEqual(['ping', 'close 1000']);
  });
});
