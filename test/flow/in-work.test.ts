import { NEVER } from 'rxjs';
import { pacedConcatMap, pacedMergeMap } from 'sluice/operators';
import { describe, expect, test } from 'vitest';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { inWork, started } from '../support/working.ts';

inVirtualTime();

const numbers = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => String(from + i));

describe('messages in work', () => {
  test('are delivered up to highWater, and again when they have fallen to lowWater', async () => {
    const { socket, seen, finish, channel } = await started((work) => pacedMergeMap(work), {
      highWater: 4,
      lowWater: 2,
    });
    socket.delivers(...numbers(0, 10));
    expect(seen).toEqual(['0', '1', '2', '3']);
    expect(inWork(channel)).toBe(4);
    finish('0');
    await pass();
    expect(seen).toHaveLength(4);
    finish('2');
    await pass();
    expect(seen).toEqual(numbers(0, 6));
    expect(inWork(channel)).toBe(4);
    for (const number of numbers(0, 10)) {
      finish(number);
      await pass();
    }
    expect(seen).toEqual(numbers(0, 10));
    expect(inWork(channel)).toBe(0);
  });

  test('with highWater 1 and lowWater 0 are one at a time', async () => {
    const { socket, seen, finish, log } = await started((work) => pacedMergeMap(work), { highWater: 1, lowWater: 0 });
    socket.delivers('a', 'b', 'c');
    for (const [index, text] of ['a', 'b', 'c'].entries()) {
      expect(seen).toHaveLength(index + 1);
      finish(text);
      await pass();
    }
    expect(log).toEqual(['pause', 'send a', 'send b', 'resume', 'send c']);
  });

  test('are bounded by highWaterBytes as well', async () => {
    const { socket, seen, finish } = await started((work) => pacedMergeMap(work), { highWaterBytes: 10 });
    socket.delivers('12345', '123456', 'x', 'y');
    expect(seen).toEqual(['12345', '123456']);
    finish('123456');
    await pass();
    expect(seen).toEqual(['12345', '123456', 'x', 'y']);
    expect(socket.log).toEqual(['pause', 'send 123456', 'resume']);
  });

  test('may be one that is larger than highWaterBytes', async () => {
    const { socket, seen, finish } = await started((work) => pacedMergeMap(work), { highWaterBytes: 10 });
    const large = 'x'.repeat(1_000);
    socket.delivers(large, 'y');
    expect(seen).toEqual([large]);
    finish(large);
    await pass();
    expect(seen).toEqual([large, 'y']);
  });

  test('keep their order over many pauses', async () => {
    const { socket, seen } = await started((work) => pacedConcatMap(work), { highWater: 3, lowWater: 1 }, 1);
    for (let i = 0; i < 300; i += 30) {
      socket.delivers(...numbers(i, 30));
      await pass(7);
    }
    await pass(400);
    expect(seen).toEqual(numbers(0, 300));
    expect(socket.sent).toEqual(numbers(0, 300));
    expect(socket.log.filter((entry) => !entry.startsWith('send')).at(-1)).toBe('resume');
  });

  test('are counted with those that are being decoded', async () => {
    const decode = (text: string): Promise<string> => new Promise((resolve) => setTimeout(() => resolve(text), 5));
    const codec = { kind: 'text', decode, encode: (text: string) => text };
    const { socket, seen, finish, channel } = await started((work) => pacedMergeMap(work), {
      codec,
      highWater: 2,
      lowWater: 1,
    });
    socket.delivers('a', 'b', 'c', 'd');
    expect(inWork(channel)).toBe(1);
    await pass(5);
    expect([seen, inWork(channel)]).toEqual([['a'], 2]);
    await pass(100);
    expect([seen, inWork(channel)]).toEqual([['a', 'b'], 2]);
    finish('a');
    await pass(100);
    expect([seen, inWork(channel)]).toEqual([['a', 'b', 'c'], 2]);
    finish('b');
    finish('c');
    await pass(100);
    finish('d');
    expect([seen, inWork(channel)]).toEqual([['a', 'b', 'c', 'd'], 0]);
  });

  test('are shown by pressure$', async () => {
    const { socket, finish, channel } = await started((work) => pacedMergeMap(work), { highWater: 2, lowWater: 0 });
    const seen: unknown[] = [];
    channel.pressure$.subscribe((pressure) => seen.push([pressure.inWork, pressure.waiting, pressure.paused]));
    socket.delivers('a', 'b', 'c');
    await pass();
    finish('a');
    await pass();
    finish('b');
    await pass();
    finish('c');
    await pass();
    expect(seen[0]).toEqual([0, 0, false]);
    expect(seen).toContainEqual([2, 1, true]);
    expect(seen).toContainEqual([1, 1, true]);
    expect(seen.at(-1)).toEqual([0, 0, false]);
  });
});

describe('the socket', () => {
  test('is not paused while the handler is busy and nothing waits', async () => {
    const { socket, log, records } = await started((work) => pacedConcatMap(work), { highWater: 1, lowWater: 0 });
    socket.delivers('a');
    await pass(10_000);
    expect(log).toEqual([]);
    socket.leaves({ code: 4000 });
    await pass();
    expect(log).toEqual([]);
    expect(records).toEqual([]);
    await pass(5_000);
    expect(records).toMatchObject([{ code: 4000, by: 'peer' }]);
  });

  test('is paused with the first message that waits, and read again when none does', async () => {
    const { socket, log, finish } = await started((work) => pacedConcatMap(work), { highWater: 2, lowWater: 1 });
    socket.delivers('a', 'b');
    expect(log).toEqual([]);
    socket.delivers('c');
    expect(log).toEqual(['pause']);
    finish('a');
    await pass();
    expect(log).toEqual(['pause', 'send a', 'resume']);
    socket.delivers('d');
    expect(log.at(-1)).toBe('pause');
  });

  test('stays paused while more waits than is delivered, so that it is not paused and read at every message', async () => {
    const { socket, log } = await started((work) => pacedConcatMap(work), { highWater: 2, lowWater: 1 }, 1);
    socket.delivers(...numbers(0, 50));
    await pass(1_000);
    expect(log.filter((entry) => !entry.startsWith('send'))).toEqual(['pause', 'resume']);
  });

  test('is read again when the subscriber leaves: nobody is going to take what waits', async () => {
    let leave = (): void => {};
    const opened = serveFake(
      ({ in$ }) => {
        const subscription = in$.pipe(pacedConcatMap(() => NEVER)).subscribe();
        leave = () => subscription.unsubscribe();
      },
      { highWater: 2, lowWater: 1 },
    );
    await pass();
    opened.socket.delivers(...numbers(0, 6));
    expect(opened.log).toEqual(['pause']);
    leave();
    await pass();
    expect(opened.log).toEqual(['pause', 'resume']);
    expect(inWork(opened.channel)).toBe(0);
    opened.channel.in$.subscribe();
    expect(opened.dropped).toEqual(['in unread 2']);
  });
});
