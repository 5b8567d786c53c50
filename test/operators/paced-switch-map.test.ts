import { delay, of, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { pacedMergeMap } from '../../src/operators/paced-merge-map.ts';
import { pacedSwitchMap } from '../../src/operators/paced-switch-map.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { loadOf, Works } from './works.ts';

inVirtualTime();

describe('pacedSwitchMap', () => {
  test('keeps the newest message in work until its inner stream has ended', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(pacedSwitchMap(works.begin)));
    await pass();
    socket.delivers('a');
    expect(loadOf(channel)).toEqual([1, 0]);
    works.end('a');
    expect(loadOf(channel)).toEqual([0, 0]);
    expect(socket.sent).toEqual(['A']);
  });

  test('gives a message back when the next has taken its place, which is never held back', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(pacedSwitchMap(works.begin)), {
      highWater: 2,
      lowWater: 0,
    });
    await pass();
    socket.delivers('a', 'b', 'c', 'd');
    expect(works.begun).toEqual(['a', 'b', 'c', 'd']);
    expect(loadOf(channel)).toEqual([1, 0]);
    expect([works.runs('c'), works.runs('d')]).toEqual([false, true]);
    expect(socket.log).toEqual([]);
  });

  test('with an inner stream that ends at once never has anything in work', async () => {
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(pacedSwitchMap((text) => [text])));
    const seen: number[] = [];
    channel.pressure$.subscribe(({ inWork }) => seen.push(inWork));
    await pass();
    socket.delivers('a', 'b');
    await pass();
    expect([socket.sent, Math.max(...seen)]).toEqual([['a', 'b'], 0]);
  });

  test('finishes what is in work when the peer leaves', async () => {
    const works = new Works();
    const { socket, records } = serveFake(({ in$ }) => in$.pipe(pacedSwitchMap(works.begin)));
    await pass();
    socket.delivers('a');
    socket.leaves();
    await pass();
    expect(records).toHaveLength(0);
    works.end('a');
    await pass();
    expect(records).toHaveLength(1);
  });

  test('still sends what is in work when the channel is closed', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(pacedSwitchMap(works.begin)));
    await pass();
    socket.delivers('a');
    channel.close(4000);
    works.end('a');
    await pass();
    expect(socket.log).toEqual(['send A', 'close 4000']);
  });

  test('emits in the context of its message, so that paced operators further down count it', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(
        pacedSwitchMap((text) => of(text).pipe(delay(10))),
        pacedMergeMap(works.begin),
      ),
    );
    await pass();
    socket.delivers('a');
    await pass(10);
    expect(loadOf(channel)).toEqual([1, 0]);
    works.end('a');
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('counts no values of other channels', async () => {
    const room = new Subject<unknown>();
    const works = new Works();
    const member = serveFake(() => room.pipe(pacedSwitchMap(works.begin)));
    const publisher = serveFake(({ in$ }) => void in$.subscribe(room));
    await pass();
    publisher.socket.delivers('a');
    expect(works.begun).toEqual(['a']);
    expect([loadOf(publisher.channel)[0], loadOf(member.channel)[0]]).toEqual([0, 0]);
  });

  test('gives its message back when it fails, by a throw of project as well', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(
        pacedSwitchMap((text) => {
          if (text === 'b') throw new Error('project');
          return works.begin(text);
        }),
      ),
    );
    await pass();
    socket.delivers('a', 'b');
    expect(loadOf(channel)).toEqual([0, 0]);
    expect(socket.log).toEqual(['close 1011']);
  });
});
