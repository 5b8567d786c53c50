import { Subject } from 'rxjs';
import { closeSlow, coalesceBy, dropNewest, dropOldest, latest, unbounded } from 'sluice';
import { describe, expect, test, vi } from 'vitest';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { drain, first, key, marks, saturated, send } from '../support/slow-peer.ts';

inVirtualTime();

describe('closeSlow', () => {
  test.each([
    ['given', closeSlow()],
    ['by default', undefined],
  ])('closes with 1013 when what is unsent has reached the ceiling: %s', (_how, overflow) => {
    const opened = saturated(overflow);
    send(opened, 'aaaaa', 'bbbbb', 'ccccc', 'dddd', 'eeeee');
    expect(opened.log).toEqual([`send ${first}`]);
    send(opened, 'f');
    expect(opened.log.slice(1)).toEqual(['close 1013 too slow']);
    opened.socket.vanishes();
    expect(opened.dropped).toEqual(['out overflow 1', 'out ended 5']);
    expect(opened.record).toMatchObject({ code: 1013, by: 'overflow' });
  });
});

describe('dropNewest', () => {
  test('drops what comes at the ceiling, and sends what was admitted', () => {
    const opened = saturated(dropNewest());
    const seen: unknown[] = [];
    opened.channel.out.subscribe((message) => seen.push(message));
    send(opened, 'aaaaa', 'bbbbb', 'ccccc', 'ddddd', 'eeeee', 'f');
    expect(drain(opened)).toEqual(['aaaaa', 'bbbbb', 'ccccc', 'ddddd']);
    expect(seen).toEqual(['aaaaa', 'bbbbb', 'ccccc', 'ddddd']);
    expect(opened.dropped).toEqual(['out overflow 2']);
    expect(opened.records).toEqual([]);
  });

  test('admits again as soon as there is room, still saturated', () => {
    const opened = saturated(dropNewest());
    send(opened, 'aaaaa', 'bbbbb', 'ccccc', 'ddddd', 'lost');
    opened.socket.takes(10);
    send(opened, 'eeeee');
    expect(drain(opened)).toEqual(['aaaaa', 'bbbbb', 'ccccc', 'ddddd', 'eeeee']);
  });
});

describe('dropOldest', () => {
  test('drops several for one that went over the ceiling', () => {
    const opened = saturated(dropOldest());
    send(opened, 'aaaaa', 'bbbbb', 'c'.repeat(14), 'ddddd');
    expect(drain(opened)).toEqual(['bbbbb', 'c'.repeat(14), 'ddddd']);
    send(opened, first, 'aaaaa', 'bbbbb', 'c'.repeat(19), 'ddddd');
    expect(drain(opened).slice(3)).toEqual(['c'.repeat(19), 'ddddd']);
    expect(opened.dropped).toEqual(['out overflow 1', 'out overflow 2']);
  });

  test('drops the new one when nothing waits that could make room', () => {
    const opened = serveFake(() => {}, { ...marks, overflow: dropOldest() });
    opened.socket.reads = false;
    send(opened, 'x'.repeat(40), 'lost');
    opened.socket.takes();
    expect(opened.socket.sent).toEqual(['x'.repeat(40)]);
    expect(opened.dropped).toEqual(['out overflow 1']);
  });
});

describe('latest', () => {
  test('replaces nothing while the peer keeps up', () => {
    const opened = serveFake(() => {}, { ...marks, overflow: latest() });
    send(opened, 'a', 'b', 'c');
    expect(opened.socket.sent).toEqual(['a', 'b', 'c']);
    opened.socket.reads = false;
    send(opened, 'd', 'e');
    expect(drain(opened)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(opened.dropped).toEqual([]);
  });

  test('never closes, however large the messages are', () => {
    const opened = serveFake(() => {}, { ...marks, overflow: latest() });
    opened.socket.reads = false;
    for (let size = 100; size < 110; size++) send(opened, 'x'.repeat(size));
    opened.socket.takes();
    expect(opened.socket.sent.map(({ length }) => length)).toEqual([100, 109]);
    expect(opened.records).toEqual([]);
  });
});

describe('coalesceBy', () => {
  test('takes any value for a key, by the identity that a Map has', () => {
    const [one, other] = [{}, {}];
    const keys = new Map<string, unknown>([
      ...[['a', one] as const, ['b', other] as const, ['c', Number.NaN] as const, ['d', null] as const],
      ...[['e', 0] as const, ['f', ''] as const, ['g', false] as const],
    ]);
    const opened = saturated(coalesceBy((message: string) => keys.get(message[0] ?? '')));
    send(opened, 'a1', 'b1', 'c1', 'd1', 'e1', 'f1', 'g1', 'a2', 'b2', 'c2', 'd2', 'e2', 'f2', 'g2');
    expect(drain(opened)).toEqual(['a2', 'b2', 'c2', 'd2', 'e2', 'f2', 'g2']);
  });

  test('leaves alone what the socket has already, of whatever key', () => {
    const opened = saturated(coalesceBy(key));
    send(opened, 'a1234', 'b1234', 'c1234');
    opened.socket.takes(10);
    expect(opened.socket.sent).toEqual([first, 'a1234', 'b1234']);
    send(opened, 'a5678', 'c5678', 'a9999');
    expect(drain(opened)).toEqual(['a1234', 'b1234', 'c5678', 'a9999']);
    expect(opened.dropped).toEqual(['out overflow 2']);
  });

  test('closes with 1013 at the ceiling for one more key, and for one without', () => {
    for (const more of ['e', '!']) {
      const opened = saturated(coalesceBy(key));
      send(opened, 'a1234', 'b1234', 'c1234', 'd1234', 'a5678', more);
      expect(opened.log.slice(1)).toEqual(['close 1013 too slow']);
      opened.socket.vanishes();
      expect(opened.dropped).toEqual(['out overflow 2', 'out ended 4']);
    }
  });

  test('closes with 1013 when messages grow past the ceiling in their places', () => {
    const opened = saturated(coalesceBy(key));
    send(opened, 'a', 'b', `c${'.'.repeat(20)}`, `c${'.'.repeat(40)}`, 'b');
    expect(opened.records).toEqual([]);
    expect(opened.log).toHaveLength(1);
    send(opened, 'b2');
    expect(opened.log.slice(1)).toEqual(['close 1013 too slow']);
    opened.socket.vanishes();
    expect(opened.dropped).toEqual(['out overflow 3', 'out ended 3']);
  });

  test('lets a newer message of a key not overtake one that was pushed while the channel was not saturated', () => {
    // With so high a low mark messages still wait when the channel is no longer saturated.
    const high = { outHighWater: 200_000, outLowWater: 150_000, outCeiling: 1_000_000 };
    const opened = serveFake(() => {}, { ...high, overflow: coalesceBy(key) });
    opened.socket.reads = false;
    const large = `!${'.'.repeat(99_999)}`;
    send(opened, large, large, 'a1');
    opened.socket.takes(100_000);
    send(opened, 'a2', large, 'a3', 'a4', large);
    expect(opened.eventsOf('saturated')).toHaveLength(2);
    opened.socket.takes(100_000);
    send(opened, 'a5');
    expect(drain(opened).filter((payload) => payload !== large)).toEqual(['a1', 'a2', 'a5']);
  });
});

describe('an echo whose output is refused', () => {
  test('is held back like one whose output waits', async () => {
    const opened = serveFake(({ in$ }) => in$, { ...marks, overflow: dropNewest() });
    await pass();
    opened.socket.reads = false;
    send(opened, 'x'.repeat(30));
    opened.socket.delivers('lost', 'a', 'b');
    expect(opened.log.slice(1)).toEqual(['pause']);
    expect(drain(opened)).toEqual(['x'.repeat(30), 'a', 'b']);
    expect(opened.dropped).toEqual(['out overflow 1']);
  });
});

describe('a channel that ends while messages wait', () => {
  test.each([
    ['dropNewest', dropNewest()],
    ['latest', latest()],
    ['unbounded', unbounded()],
  ])('sends them before Close 1000, however long the peer takes: %s', async (_name, overflow) => {
    const returned = new Subject<string>();
    const opened = serveFake(() => returned, { ...marks, overflow, closeTimeout: 1_000, linger: 1_000 });
    opened.socket.reads = false;
    for (const message of [first, 'aaaaa', 'bbbbb']) returned.next(message);
    returned.complete();
    await pass(20_000);
    opened.socket.takes(10);
    await pass(20_000);
    expect(opened.log.at(-1)).toBe('send bbbbb');
    expect(drain(opened).at(-1)).toBe('bbbbb');
    expect(opened.log.at(-1)).toBe('close 1000');
    opened.socket.leaves({ code: 1000 });
    expect(opened.record).toMatchObject({ code: 1000, clean: true });
    expect(vi.getTimerCount()).toBe(0);
  });
});
