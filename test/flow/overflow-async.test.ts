import { coalesceBy, dropOldest } from 'sluice';
import { describe, expect, test } from 'vitest';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { drain, key, pressureOf, send } from '../support/slow-peer.ts';

inVirtualTime();

describe('an overflow policy beside an asynchronous encoder:', () => {
  /** Each message takes the time that the test gives it. */
  function encoder(): { codec: object; finish: (count?: number) => Promise<void> } {
    const pending: Array<() => void> = [];
    const encode = (text: string): Promise<string> => new Promise((resolve) => pending.push(() => resolve(text)));
    const finish = async (count = pending.length): Promise<void> => {
      for (const resolve of pending.splice(0, count)) resolve();
      await pass();
    };
    return { codec: { kind: 'text', decode: String, encode }, finish };
  }
  const wide = { outHighWater: 4_096, outLowWater: 2_100, outCeiling: 8_192 };
  const large = 'x'.repeat(5_000);

  test('a message is replaced when the one that replaces it is encoded', async () => {
    const { codec, finish } = encoder();
    const opened = serveFake(() => {}, { ...wide, codec, overflow: coalesceBy(key) });
    opened.socket.reads = false;
    send(opened, large);
    await finish();
    send(opened, 'a1', 'b1', 'a2');
    await finish(2);
    expect(pressureOf(opened).dropped).toBe(0);
    await finish();
    expect(drain(opened)).toEqual([large, 'a2', 'b1']);
    expect(opened.dropped).toEqual(['out overflow 1']);
  });

  test('a newer message of a key does not overtake one that was pushed while the channel was not saturated', async () => {
    const { codec, finish } = encoder();
    const opened = serveFake(() => {}, { ...wide, codec, overflow: coalesceBy(key) });
    opened.socket.reads = false;
    // Each counts 1,024 bytes while it is encoded: the first four saturate the channel.
    send(opened, '!1', '!2', '!3', '!4', large, 'a1');
    await finish(4);
    // No longer saturated, until one more is pushed.
    send(opened, 'a2', '!5', 'a3');
    expect(opened.eventsOf('saturated')).toHaveLength(2);
    await finish();
    expect(drain(opened).slice(4)).toEqual([large, 'a1', 'a2', '!5', 'a3']);
  });

  test('dropOldest drops the new one when all others are still being encoded', async () => {
    const { codec, finish } = encoder();
    const opened = serveFake(() => {}, { ...wide, codec, overflow: dropOldest() });
    opened.socket.reads = false;
    send(opened, ...'12345678', 'lost', 'lost');
    await finish();
    expect(drain(opened)).toEqual([...'12345678']);
    expect(opened.dropped).toEqual(['out overflow 2']);
  });

  test('one that grows past the ceiling in its place closes with 1013', async () => {
    const { codec, finish } = encoder();
    const opened = serveFake(() => {}, { ...wide, codec, overflow: coalesceBy(key) });
    opened.socket.reads = false;
    send(opened, large);
    await finish();
    send(opened, 'a', `b${large}`);
    await finish();
    send(opened, 'a2');
    expect(opened.log).toHaveLength(1);
    await finish();
    expect(opened.log.slice(1)).toEqual(['close 1013 too slow']);
    opened.socket.vanishes();
    expect(opened.dropped).toEqual(['out overflow 1', 'out ended 2']);
  });
});
