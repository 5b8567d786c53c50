import { describe, expect, test, vi } from 'vitest';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

const small = { outHighWater: 10, outLowWater: 4, outCeiling: 30 };

describe('what is sent', () => {
  test('goes to the socket at once while the peer keeps up', () => {
    const { channel, socket } = serveFake(() => {}, small);
    for (let i = 0; i < 10; i++) channel.out.next('123456789');
    expect(socket.sent).toHaveLength(10);
  });

  test('waits in the channel from outHighWater on, and goes on as the socket drains', () => {
    const { channel, socket, events } = serveFake(() => {}, small);
    socket.reads = false;
    channel.out.next('12345');
    channel.out.next('67890');
    channel.out.next('abcde');
    channel.out.next('fghij');
    expect(socket.sent).toEqual(['12345', '67890']);
    expect(events.map(({ type }) => type)).toEqual(['opened', 'saturated']);
    socket.takes(5);
    expect(socket.sent).toEqual(['12345', '67890', 'abcde']);
    socket.takes();
    socket.takes();
    expect(socket.sent).toEqual(['12345', '67890', 'abcde', 'fghij']);
  });

  test('is told of as saturated once, until it has fallen to outLowWater', () => {
    const { channel, socket, events } = serveFake(() => {}, small);
    socket.reads = false;
    const saturations = (): unknown[] => events.filter(({ type }) => type === 'saturated');
    channel.out.next('1234567890');
    channel.out.next('1');
    expect(saturations()).toEqual([{ type: 'saturated', channel, unsentBytes: 10 }]);
    socket.takes(10);
    channel.out.next('1234567890');
    expect(saturations()).toHaveLength(2);
  });

  test('counts bytes of UTF-8, and binary as it is', () => {
    const { channel, socket } = serveFake(() => {}, { ...small, codec: { kind: 'any', decode: same, encode: same } });
    socket.reads = false;
    channel.out.next('éé');
    channel.out.next(Uint8Array.of(1, 2, 3, 4, 5, 6));
    channel.out.next('waits');
    expect(socket.sent).toHaveLength(2);
  });

  test('is re-emitted by out before it is encoded, when it was accepted', async () => {
    const codec = { kind: 'text', decode: same, encode: (value: unknown) => JSON.stringify(value) };
    const { channel, socket } = serveFake(() => [{ pulled: true }], { codec });
    const seen: unknown[] = [];
    serveFake(({ out }) => void out.subscribe((message) => seen.push(message)), { codec }).channel.out.next({ a: 1 });
    channel.out.next({ late: true });
    await pass();
    expect(seen).toEqual([{ a: 1 }]);
    expect(socket.sent).toEqual(['{"pulled":true}']);
  });
});

describe('the ceiling', () => {
  test('admits a message when what is unsent before it is below', () => {
    const { channel, socket } = serveFake(() => {}, small);
    socket.reads = false;
    channel.out.next('x'.repeat(29));
    channel.out.next('y'.repeat(1_000));
    expect(socket.log).toEqual([`send ${'x'.repeat(29)}`]);
  });

  test('closes with 1013 at once, drops what waits, and terminates after closeTimeout', async () => {
    const opened = serveFake(() => {}, { ...small, closeTimeout: 3_000 });
    const { channel, socket } = opened;
    const accepted: unknown[] = [];
    channel.out.subscribe((text) => accepted.push(text));
    socket.reads = false;
    for (const text of ['1234567890', 'a'.repeat(10), 'b'.repeat(10), 'too much', 'late']) channel.out.next(text);
    expect(accepted).toHaveLength(3);
    expect(socket.log.slice(1)).toEqual(['close 1013 too slow']);
    await pass(3_000);
    expect(socket.log.slice(2)).toEqual(['terminate']);
    expect(opened.records).toEqual([{ code: 1013, reason: 'too slow', clean: false, by: 'overflow' }]);
    expect(opened.dropped).toEqual(['out overflow 1', 'out ended 2', 'out late 1']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('an echo to a peer that does not read', () => {
  test('stops reading from it, and goes on later without a loss', async () => {
    const { socket, records, events } = serveFake(({ in$ }) => in$, { outHighWater: 10, outLowWater: 4 });
    await pass();
    socket.reads = false;
    const sent = Array.from({ length: 20 }, (_, i) => `text ${String(i).padStart(2, '0')}`);
    for (const text of sent) socket.delivers(text);
    expect(socket.log).toEqual(['send text 00', 'send text 01', 'pause']);
    expect(events.map(({ type }) => type)).toEqual(['opened', 'saturated', 'paused']);
    for (let i = 0; i < 40; i++) {
      socket.takes(7);
      await pass();
    }
    expect(socket.sent).toEqual(sent);
    expect(records).toEqual([]);
  });

  test('stays awake to Ping, Pong and Close as long as the peer sends nothing more', async () => {
    const { socket, records } = serveFake(({ in$ }) => in$, { outHighWater: 4, outLowWater: 0 });
    await pass();
    socket.reads = false;
    socket.delivers('1234');
    expect(socket.log).toEqual(['send 1234']);
    socket.leaves();
    expect(records).toHaveLength(1);
  });

  test('delivers what was held back when the peer leaves', async () => {
    const seen: unknown[] = [];
    const { socket, records } = serveFake(
      ({ in$, out }) =>
        void in$.subscribe((text) => {
          seen.push(text);
          out.next(text);
        }),
      { outHighWater: 4, outLowWater: 0 },
    );
    await pass();
    socket.reads = false;
    socket.delivers('1234', 'a', 'b');
    expect([seen, socket.log]).toEqual([['1234'], ['send 1234', 'pause']]);
    socket.vanishes();
    expect(seen).toEqual(['1234', 'a', 'b']);
    expect(records).toHaveLength(1);
  });
});

describe('an asynchronous encode', () => {
  const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const codec = {
    kind: 'text',
    decode: same,
    encode: (text: string) => {
      const milliseconds = Number.parseInt(text, 10);
      if (milliseconds === 0) return text;
      return wait(milliseconds).then(() => {
        if (text.endsWith('!')) throw new Error(text);
        return text;
      });
    },
  };

  test('keeps the order, also of what is encoded at once', async () => {
    const { channel, socket } = serveFake(() => {}, { codec });
    for (const text of ['300', '100', '0', '200']) channel.out.next(text);
    await pass(299);
    expect(socket.sent).toEqual([]);
    await pass(1);
    expect(socket.sent).toEqual(['300', '100', '0', '200']);
  });

  test('is sent before the Close of a completed stream', async () => {
    const { channel, socket } = serveFake(() => {}, { codec });
    channel.out.next('300');
    channel.out.complete();
    expect(socket.log).toEqual([]);
    await pass(300);
    expect(socket.log).toEqual(['send 300', 'close 1000']);
  });

  test('that fails closes with 1011: what is before it is sent, what is behind it is counted', async () => {
    const opened = serveFake(() => {}, { codec });
    for (const text of ['100', '200 fails!', '0', '300']) opened.channel.out.next(text);
    await pass(1_000);
    expect(opened.log).toEqual(['send 100', 'close 1011']);
    expect(opened.errors).toMatchObject([{ message: '200 fails!' }]);
    opened.socket.leaves();
    expect(opened.dropped).toEqual(['out ended 2']);
  });

  test('that fails after the end is nobody’s', async () => {
    const opened = serveFake(() => {}, { codec });
    opened.channel.out.next('100 fails!');
    opened.socket.leaves();
    await pass(1_000);
    expect(opened.record).toMatchObject({ code: 1000, by: 'peer' });
    expect(opened.dropped).toEqual(['out ended 1']);
  });

  test('counts as unsent, so that a flood meets the ceiling', async () => {
    const opened = serveFake(() => {}, { codec, outCeiling: 66 * 1_024 });
    for (let i = 0; i < 67; i++) opened.channel.out.next('1000');
    expect(opened.log).toEqual(['close 1013 too slow']);
  });

  test('is not the peer’s fault when it is slow', async () => {
    const opened = serveFake(() => {}, { codec, stallTimeout: 1_000 });
    opened.channel.out.next('10000');
    await pass(10_000);
    expect(opened.log).toEqual(['send 10000']);
  });
});

function same<T>(value: T): T {
  return value;
}
