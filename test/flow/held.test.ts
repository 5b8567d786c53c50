import { map, merge, Subject } from 'rxjs';
import { pacedConcatMap } from 'sluice/operators';
import { describe, expect, test } from 'vitest';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { inWork } from '../support/working.ts';

inVirtualTime();

const marks = { outHighWater: 4, outLowWater: 0, outCeiling: 20 };
const later = (text: unknown): Promise<unknown> => new Promise((resolve) => setTimeout(() => resolve(text), 5));

describe('input that saturated output holds back', () => {
  test('goes on when the output has left, in order', async () => {
    const { socket } = serveFake(({ in$ }) => in$, marks);
    await pass();
    socket.reads = false;
    socket.delivers('1234', '5', '6');
    await pass(100);
    expect(socket.sent).toEqual(['1234']);
    socket.takes();
    await pass();
    expect(socket.sent).toEqual(['1234', '5', '6']);
    expect(socket.log.filter((entry) => !entry.startsWith('send'))).toEqual(['pause', 'resume']);
  });

  test('is held as well by what a paced operator answers later', async () => {
    const { socket, channel } = serveFake(({ in$ }) => in$.pipe(pacedConcatMap(later)), marks);
    await pass();
    socket.reads = false;
    socket.delivers('1234');
    await pass(5);
    expect(inWork(channel)).toBe(0);
    socket.delivers('5');
    await pass(100);
    expect(socket.sent).toEqual(['1234']);
    expect(socket.log.at(-1)).toBe('pause');
    socket.takes();
    await pass(5);
    expect(socket.sent).toEqual(['1234', '5']);
  });

  test('is not held by output that others cause', async () => {
    const news = new Subject<string>();
    const seen: unknown[] = [];
    const { socket } = serveFake(({ in$ }) => {
      in$.subscribe((text) => seen.push(text));
      return news;
    }, marks);
    await pass();
    socket.reads = false;
    news.next('1234');
    socket.delivers('a', 'b');
    expect(seen).toEqual(['a', 'b']);
    expect(socket.log).toEqual(['send 1234']);
  });

  test('is not held by output that a message of another channel causes', async () => {
    const seen: unknown[] = [];
    const reader = serveFake(({ in$ }) => void in$.subscribe((text) => seen.push(text)), marks);
    const writer = serveFake(({ in$ }) => void in$.pipe(pacedConcatMap(later)).subscribe(reader.channel.out));
    await pass();
    reader.socket.reads = false;
    writer.socket.delivers('1234', '5');
    await pass(10);
    reader.socket.delivers('a', 'b');
    expect(seen).toEqual(['a', 'b']);
    expect([reader.log, writer.log]).toEqual([['send 1234'], []]);
  });

  test('is dropped and counted, not delivered, when the output then meets the ceiling', async () => {
    const news = new Subject<string>();
    const seen: unknown[] = [];
    const opened = serveFake(({ in$ }) => {
      in$.subscribe((text) => seen.push(text));
      return merge(in$.pipe(map(() => '12345')), news);
    }, marks);
    await pass();
    opened.socket.reads = false;
    opened.socket.delivers('a', 'b', 'c');
    expect(seen).toEqual(['a']);
    for (let i = 0; i < 4; i++) news.next('67890');
    expect(opened.log).toContain('close 1013 too slow');
    opened.socket.vanishes();
    await pass();
    expect(opened.record).toMatchObject({ code: 1013, by: 'overflow' });
    expect(seen).toEqual(['a']);
    expect(opened.dropped).toContain('in ended 2');
  });

  test('is dropped and counted, not delivered, when the peer takes nothing for too long', async () => {
    const seen: unknown[] = [];
    const opened = serveFake(
      ({ in$ }) => {
        in$.subscribe((text) => seen.push(text));
        return in$.pipe(map(() => '12345'));
      },
      { ...marks, stallTimeout: 1_000 },
    );
    await pass();
    opened.socket.reads = false;
    opened.socket.delivers('a', 'b', 'c');
    await pass(1_000);
    expect(opened.record).toMatchObject({ by: 'stall' });
    expect(seen).toEqual(['a']);
    expect(opened.dropped).toContain('in ended 2');
  });

  test('is delivered when the peer leaves instead', async () => {
    const seen: unknown[] = [];
    const opened = serveFake(({ in$ }) => {
      in$.subscribe((text) => seen.push(text));
      return in$;
    }, marks);
    await pass();
    opened.socket.reads = false;
    opened.socket.delivers('1234', 'b', 'c');
    expect(seen).toEqual(['1234']);
    opened.socket.vanishes();
    await pass();
    expect(seen).toEqual(['1234', 'b', 'c']);
    expect(opened.records).toMatchObject([{ code: 1006, by: 'transport' }]);
  });
});
