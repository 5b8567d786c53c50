import { delay, EMPTY, from, map, merge, of, Subject, share, take } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { pacedMergeMap } from '../../src/operators/paced-merge-map.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { loadOf, pressureOf, Works } from './works.ts';

inVirtualTime();

const few = { highWater: 2, lowWater: 0 };

describe('a message', () => {
  test('is in work until its inner stream has ended', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(works.begin)));
    await pass();
    socket.delivers('a');
    expect(loadOf(channel)).toEqual([1, 0]);
    works.emit('a');
    expect(loadOf(channel)).toEqual([1, 0]);
    works.end('a');
    expect(loadOf(channel)).toEqual([0, 0]);
    expect(socket.sent).toEqual(['A', 'A']);
  });

  test('is in work until its inner stream has failed, which fails the channel', async () => {
    const works = new Works();
    const { channel, socket, errors } = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(works.begin)));
    await pass();
    socket.delivers('a', 'b');
    works.fail('a');
    expect(loadOf(channel)).toEqual([0, 0]);
    expect(works.runs('b')).toBe(false);
    expect(socket.log).toEqual(['close 1011']);
    expect(errors).toMatchObject([{ message: 'a failed' }]);
  });

  test('whose inner stream ends at once is never in work', async () => {
    const { channel, socket } = serveFake(
      ({ in$ }) => in$.pipe(pacedMergeMap((text) => [`${text}1`, `${text}2`])),
      few,
    );
    const seen: number[] = [];
    channel.pressure$.subscribe(({ inWork }) => seen.push(inWork));
    await pass();
    for (let i = 0; i < 10; i++) socket.delivers('a');
    await pass();
    expect(socket.sent).toHaveLength(20);
    expect(Math.max(...seen)).toBe(0);
    expect(socket.log).not.toContain('pause');
  });

  test('whose project throws fails the channel and is not in work', async () => {
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(
        pacedMergeMap(() => {
          throw new Error('project');
        }),
      ),
    );
    await pass();
    socket.delivers('a');
    expect(socket.log).toEqual(['close 1011']);
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('counts once, however many operators it sits in and however often it branches', async () => {
    const [left, right, second] = [new Works(), new Works(), new Works()];
    const { channel, socket } = serveFake(({ in$ }) => {
      const shared$ = in$.pipe(
        map((text) => text),
        share(),
      );
      return merge(
        shared$.pipe(pacedMergeMap(left.begin), pacedMergeMap(second.begin)),
        shared$.pipe(pacedMergeMap(right.begin)),
      );
    });
    await pass();
    socket.delivers('a');
    expect(loadOf(channel)).toEqual([1, 0]);
    right.end('a');
    expect(loadOf(channel)).toEqual([1, 0]);
    left.end('a');
    expect(second.begun).toEqual(['A']);
    expect(loadOf(channel)).toEqual([1, 0]);
    second.end('A');
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('is in work while it waits for its turn', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(works.begin, 2)));
    await pass();
    socket.delivers('a', 'b', 'c');
    expect(works.begun).toEqual(['a', 'b']);
    expect(loadOf(channel)).toEqual([3, 0]);
    works.end('b');
    expect(works.begun).toEqual(['a', 'b', 'c']);
    expect(loadOf(channel)).toEqual([2, 0]);
    works.end('c');
    works.end('a');
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('that has waited is in work no longer when its inner stream ends at once', async () => {
    const first$ = new Subject<string>();
    const begun: unknown[] = [];
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(
        pacedMergeMap((text) => {
          begun.push(text);
          return text === 'a' ? first$ : of(text);
        }, 1),
      ),
    );
    await pass();
    socket.delivers('a', 'b', 'c');
    expect(loadOf(channel)).toEqual([3, 0]);
    first$.complete();
    expect(begun).toEqual(['a', 'b', 'c']);
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('stays in work when the inner stream is asynchronous and what follows is too', async () => {
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(
        pacedMergeMap((text) => of(text).pipe(delay(10))),
        pacedMergeMap((text) => of(text).pipe(delay(10))),
      ),
    );
    await pass();
    socket.delivers('a');
    for (const expected of [1, 1, 0]) {
      expect(loadOf(channel)[0]).toBe(expected);
      await pass(10);
    }
    expect(socket.sent).toEqual(['a']);
  });
});

describe('at highWater messages in work', () => {
  test('the channel delivers no more; at lowWater it goes on', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(works.begin)), {
      highWater: 3,
      lowWater: 1,
    });
    await pass();
    socket.delivers('a', 'b', 'c', 'd', 'e');
    expect(works.begun).toEqual(['a', 'b', 'c']);
    expect(loadOf(channel)).toEqual([3, 2]);
    works.end('b');
    await pass();
    expect(works.begun).toEqual(['a', 'b', 'c']);
    works.end('a');
    await pass();
    expect(works.begun).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(loadOf(channel)).toEqual([3, 0]);
  });

  test('the socket is not read, from the first message that cannot be delivered', async () => {
    const works = new Works();
    const { channel, socket, events } = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(works.begin)), few);
    await pass();
    socket.delivers('a', 'b');
    expect([pressureOf(channel).paused, socket.log]).toEqual([false, []]);
    socket.delivers('c');
    expect([pressureOf(channel).paused, socket.log]).toEqual([true, ['pause']]);
    works.end('a');
    works.end('b');
    await pass();
    expect(socket.log).toEqual(['pause', 'send A', 'send B', 'resume']);
    expect(events.map(({ type }) => type)).toEqual(['opened', 'paused', 'resumed']);
    expect(works.begun).toEqual(['a', 'b', 'c']);
  });

  test('a unit given back while a message is delivered makes no recursion and no other order', async () => {
    const works = new Works();
    const log: string[] = [];
    const { socket } = serveFake(
      ({ in$ }) =>
        merge(
          in$.pipe(pacedMergeMap(works.begin)),
          in$.pipe(
            map((text) => {
              log.push(`in ${text}`);
              if (text === 'b') works.end('a');
              if (text === 'b') works.end('b');
              log.push(`out ${text}`);
              return text;
            }),
          ),
        ),
      few,
    );
    await pass();
    socket.delivers('a', 'b', 'c');
    await pass();
    expect(log).toEqual(['in a', 'out a', 'in b', 'out b', 'in c', 'out c']);
  });

  test('work that lives on stops the input for ever, and one stuck event tells', async () => {
    const works = new Works();
    const options = { ...few, stallTimeout: 1_000 };
    const opened = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(works.begin)), options);
    await pass();
    opened.socket.delivers('a', 'b', 'c');
    await pass(999);
    expect(opened.eventsOf('stuck')).toEqual([]);
    await pass(10_000);
    expect(opened.eventsOf('stuck')).toMatchObject([{ channel: opened.channel, inWork: 2, waiting: 1 }]);
    expect(works.begun).toEqual(['a', 'b']);
  });
});

describe('the end', () => {
  test('of the peer leaves time for what is in work', async () => {
    const works = new Works();
    const { socket, records } = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(works.begin, 1)), { linger: 1_000 });
    await pass();
    socket.delivers('a', 'b');
    socket.leaves();
    await pass();
    works.end('a');
    await pass();
    expect([works.begun, records.length]).toEqual([['a', 'b'], 0]);
    works.end('b');
    await pass();
    expect(records).toMatchObject([{ code: 1000, by: 'peer' }]);
  });

  test('of the peer delivers what waited for the flow before', async () => {
    const works = new Works();
    const { socket, records } = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(works.begin)), few);
    await pass();
    socket.delivers('a', 'b', 'c');
    socket.vanishes();
    for (const name of ['a', 'b', 'c']) {
      await pass();
      expect(records).toHaveLength(0);
      works.end(name);
    }
    await pass();
    expect(works.begun).toEqual(['a', 'b', 'c']);
    expect(records).toHaveLength(1);
  });

  test('comes after linger, and unsubscribes what is still in work', async () => {
    const works = new Works();
    const { socket, records, channel } = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(works.begin)), {
      linger: 1_000,
    });
    await pass();
    socket.delivers('a');
    socket.leaves();
    await pass(999);
    expect([works.runs('a'), records.length]).toEqual([true, 0]);
    await pass(1);
    expect([works.runs('a'), records.length]).toEqual([false, 1]);
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('of channel.close() still sends what the work in flight gives', async () => {
    const works = new Works();
    const { socket, channel } = serveFake(({ in$ }) => in$.pipe(pacedMergeMap(works.begin)));
    await pass();
    socket.delivers('a');
    channel.close(4000);
    works.end('a');
    await pass();
    expect(socket.log).toEqual(['send A', 'close 4000']);
  });

  test('of the result gives everything back: what runs and what waits', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) =>
      merge(in$.pipe(pacedMergeMap(works.begin, 1), take(1)), in$.pipe(pacedMergeMap(() => EMPTY))),
    );
    await pass();
    socket.delivers('a', 'b', 'c');
    expect(loadOf(channel)).toEqual([3, 0]);
    works.emit('a');
    expect(works.runs('a')).toBe(false);
    expect(loadOf(channel)).toEqual([0, 0]);
  });
});

test('outside a handler it is mergeMap', () => {
  const seen: unknown[] = [];
  from([1, 2])
    .pipe(pacedMergeMap((value, index) => of(value * 10 + index)))
    .subscribe((value) => seen.push(value));
  expect(seen).toEqual([10, 21]);
});
