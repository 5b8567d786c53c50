import { bufferCount, concat, delay, first, Observable, Subject, take, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { pacedMergeMap } from '../../src/operators/paced-merge-map.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { loadOf, Works } from './works.ts';

// A paced operator counts the values of one channel. pacedMergeMap stands for all of them.

inVirtualTime();

const few = { highWater: 2, lowWater: 0 };

describe('the values that a paced operator counts', () => {
  test('those of the channel in whose handler it was subscribed, never those of another', async () => {
    const room = new Subject<unknown>();
    const works = new Works();
    const member = serveFake(() => room.pipe(pacedMergeMap(works.begin)));
    const publisher = serveFake(({ in$ }) => void in$.subscribe(room), few);
    await pass();
    publisher.socket.delivers('a', 'b', 'c');
    expect(works.begun).toEqual(['a', 'b', 'c']);
    expect([loadOf(publisher.channel), loadOf(member.channel)]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('those of any channel outside a handler', async () => {
    const room = new Subject<unknown>();
    const works = new Works();
    room.pipe(pacedMergeMap(works.begin)).subscribe();
    const publisher = serveFake(({ in$ }) => void in$.subscribe(room), few);
    await pass();
    publisher.socket.delivers('a', 'b', 'c');
    expect(works.begun).toEqual(['a', 'b']);
    expect(loadOf(publisher.channel)).toEqual([2, 1]);
    works.end('a');
    works.end('b');
    await pass();
    expect(loadOf(publisher.channel)).toEqual([1, 0]);
  });

  test('those of its channel also where it was subscribed when work before it had ended', async () => {
    const room = new Subject<unknown>();
    const [login, works] = [new Works(), new Works()];
    const member = serveFake(({ in$ }) =>
      concat(in$.pipe(first(), pacedMergeMap(login.begin)), room.pipe(pacedMergeMap(works.begin))),
    );
    const publisher = serveFake(({ in$ }) => void in$.subscribe(room), few);
    await pass();
    member.socket.delivers('login');
    login.end('login');
    publisher.socket.delivers('a', 'b', 'c');
    expect(works.begun).toEqual(['a', 'b', 'c']);
    expect(loadOf(publisher.channel)).toEqual([0, 0]);
  });

  test('those of its channel also where it was subscribed again after work before it had failed', async () => {
    const room = new Subject<unknown>();
    const [login, works] = [new Works(), new Works()];
    serveFake(({ in$ }) =>
      in$.pipe(
        pacedMergeMap(login.begin),
        (source) =>
          new Observable((subscriber) =>
            source.subscribe({ error: () => room.pipe(pacedMergeMap(works.begin)).subscribe(subscriber) }),
          ),
      ),
    ).socket.delivers('login');
    const publisher = serveFake(({ in$ }) => void in$.subscribe(room), few);
    await pass();
    login.fail('login');
    publisher.socket.delivers('a', 'b', 'c');
    expect(works.begun).toEqual(['a', 'b', 'c']);
    expect(loadOf(publisher.channel)).toEqual([0, 0]);
  });

  test('those that work gives at its end, when it was the last', async () => {
    const works = new Works();
    const last = new Works();
    const { channel, socket, records } = serveFake(({ in$ }) =>
      in$.pipe(
        pacedMergeMap(works.begin),
        toArray(),
        pacedMergeMap((texts) => last.begin(texts.join('+'))),
      ),
    );
    await pass();
    socket.delivers('a', 'b');
    socket.leaves();
    works.end('a');
    works.end('b');
    await pass();
    expect(loadOf(channel)).toEqual([1, 0]);
    last.end('A+B');
    await pass();
    expect(records).toHaveLength(1);
  });

  // Fails: `in$` completes outside of any delivery, so the last batch is in nobody's work and is unsubscribed at once.
  test('those that a plain operator kept until in$ completed', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(
        bufferCount(10),
        pacedMergeMap((texts) => works.begin(texts.join('+'))),
      ),
    );
    await pass();
    socket.delivers('a', 'b');
    socket.leaves();
    expect(works.begun).toEqual(['a+b']);
    expect(loadOf(channel)).toEqual([1, 0]);
    expect(works.runs('a+b')).toBe(true);
  });

  test('those of two channels in one operator, each for itself', async () => {
    const works = new Works();
    const room = new Subject<unknown>();
    const second = new Works();
    room.pipe(pacedMergeMap(works.begin), pacedMergeMap(second.begin)).subscribe();
    const [one, two] = [1, 2].map(() => serveFake(({ in$ }) => void in$.subscribe(room)));
    if (one === undefined || two === undefined) throw new Error('There are two.');
    await pass();
    one.socket.delivers('a');
    two.socket.delivers('b');
    expect([loadOf(one.channel)[0], loadOf(two.channel)[0]]).toEqual([1, 1]);
    works.end('a');
    expect([loadOf(one.channel)[0], loadOf(two.channel)[0]]).toEqual([1, 1]);
    second.end('A');
    expect([loadOf(one.channel)[0], loadOf(two.channel)[0]]).toEqual([0, 1]);
    works.end('b');
    second.end('B');
    expect([loadOf(one.channel)[0], loadOf(two.channel)[0]]).toEqual([0, 0]);
  });

  test('none of what comes by a timer or a plain operator that waits', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(delay(10), pacedMergeMap(works.begin)));
    await pass();
    socket.delivers('a');
    await pass(10);
    expect(works.begun).toEqual(['a']);
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('the answers of a dialogue belong to the message that asked', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(
        take(1),
        pacedMergeMap(() => in$.pipe(take(1))),
        pacedMergeMap(works.begin),
      ),
    );
    await pass();
    socket.delivers('question');
    expect(loadOf(channel)).toEqual([1, 0]);
    socket.delivers('answer');
    expect(works.begun).toEqual(['answer']);
    expect(loadOf(channel)).toEqual([1, 0]);
    works.end('answer');
    expect(loadOf(channel)).toEqual([0, 0]);
  });
});
