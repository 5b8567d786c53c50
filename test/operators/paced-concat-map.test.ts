import { of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { pacedConcatMap } from '../../src/operators/paced-concat-map.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { loadOf, Works } from './works.ts';

inVirtualTime();

describe('pacedConcatMap', () => {
  test('ends the work on one message before that on the next begins', async () => {
    const works = new Works();
    const { socket } = serveFake(({ in$ }) => in$.pipe(pacedConcatMap(works.begin)));
    await pass();
    socket.delivers('a', 'b');
    works.emit('a');
    expect(works.begun).toEqual(['a']);
    works.end('a');
    expect(works.begun).toEqual(['a', 'b']);
    works.end('b');
    expect(socket.sent).toEqual(['A', 'A', 'B']);
  });

  test('has the socket not read while highWater messages are in work, and loses nothing', async () => {
    const works = new Works();
    const { channel, socket, dropped } = serveFake(({ in$ }) => in$.pipe(pacedConcatMap(works.begin)), {
      highWater: 2,
      lowWater: 1,
    });
    await pass();
    socket.delivers('a', 'b', 'c', 'd');
    expect(loadOf(channel)).toEqual([2, 2]);
    for (const name of ['a', 'b', 'c', 'd']) {
      works.end(name);
      await pass();
      expect(loadOf(channel)[0]).toBeLessThanOrEqual(2);
    }
    expect(socket.log).toEqual(['pause', 'send A', 'send B', 'resume', 'send C', 'send D']);
    expect(dropped).toEqual([]);
  });

  test('holds no more than highWater however fast the peer sends', async () => {
    const works = new Works();
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(pacedConcatMap(works.begin)), {
      highWater: 8,
      lowWater: 2,
    });
    await pass();
    for (let read = 0; read < 100; read++) socket.delivers(...Array.from({ length: 10 }, (_, i) => `${read * 10 + i}`));
    expect(loadOf(channel)).toEqual([8, 2]);
    for (let i = 0; i < 1_000; i++) {
      works.end(String(i));
      await pass();
      expect(loadOf(channel)[0]).toBeLessThanOrEqual(8);
    }
    expect(works.begun).toEqual(Array.from({ length: 1_000 }, (_, i) => String(i)));
  });

  test('finishes what was received when the peer leaves, within linger', async () => {
    const works = new Works();
    const { socket, records } = serveFake(({ in$ }) => in$.pipe(pacedConcatMap(works.begin)), { linger: 1_000 });
    await pass();
    socket.delivers('a', 'b', 'c');
    socket.leaves();
    await pass();
    works.end('a');
    works.end('b');
    await pass(999);
    expect([works.begun, records.length]).toEqual([['a', 'b', 'c'], 0]);
    await pass(1);
    expect([works.runs('c'), records.length]).toEqual([false, 1]);
  });

  test('emits in the context of each message, so that a chain counts it to its end', async () => {
    const [first, second] = [new Works(), new Works()];
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(pacedConcatMap(first.begin), pacedConcatMap(second.begin)),
    );
    await pass();
    socket.delivers('a', 'b');
    first.end('a');
    first.end('b');
    expect(second.begun).toEqual(['A']);
    expect(loadOf(channel)).toEqual([2, 0]);
    second.end('A');
    expect(loadOf(channel)).toEqual([1, 0]);
    second.end('B');
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('begins the work on a message that has waited in the context of that message', async () => {
    const [first, second] = [new Works(), new Works()];
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(
        pacedConcatMap((text) => (text === 'a' ? first.begin(text) : of(text))),
        pacedConcatMap(second.begin),
      ),
    );
    await pass();
    socket.delivers('a', 'b');
    first.end('a');
    second.end('A');
    expect(second.begun).toEqual(['A', 'b']);
    expect(loadOf(channel)).toEqual([1, 0]);
    second.end('b');
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('delivers what waits in a flat loop: 100,000 messages behind one that was busy', async () => {
    const works = new Works();
    const { socket } = serveFake(({ in$ }) =>
      in$.pipe(pacedConcatMap((text) => (text === 'a' ? works.begin(text) : of(text)))),
    );
    await pass();
    socket.delivers('a', ...Array.from({ length: 100_000 }, () => 'b'));
    works.end('a');
    await pass();
    expect(socket.sent).toHaveLength(100_001);
  });
});
