import { concat, ignoreElements, map, merge, Subject, take, tap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { around } from '../../src/channel/around.ts';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { pacedBy } from '../../src/operators/paced-by.ts';
import { pacedMergeMap } from '../../src/operators/paced-merge-map.ts';
import { inVirtualTime, type Opened, pass, serveFake } from '../support/serve-fake.ts';
import { Throwing } from './both.ts';
import { relayTo, saturate, serveDeaf } from './deaf.ts';
import { loadOf, Works } from './works.ts';

// How pacedBy ends: the source, the result, the other channel, a throw.

inVirtualTime();

const few = { highWater: 2, lowWater: 0 };

describe('the end', () => {
  test('of the source comes after what waits', async () => {
    const other = serveDeaf();
    const log: unknown[] = [];
    const { socket, records } = serveFake(({ in$ }) =>
      in$.pipe(
        pacedBy(other.channel.out),
        tap({ next: (message) => log.push(message), complete: () => log.push('complete') }),
        ignoreElements(),
      ),
    );
    await pass();
    saturate(other);
    socket.delivers('a', 'b');
    socket.leaves();
    await pass();
    expect([log, records.length]).toEqual([[], 0]);
    other.socket.takes();
    expect(log).toEqual(['a', 'b', 'complete']);
    await pass();
    expect(records).toHaveLength(1);
  });

  test('of the source comes in the context of its channel: what follows counts no values of others', async () => {
    const other = serveDeaf();
    const works = new Works();
    const room = new Subject<unknown>();
    const { socket } = serveFake(({ in$ }) =>
      concat(in$.pipe(take(1), pacedBy(other.channel.out)), room.pipe(pacedMergeMap(works.begin))),
    );
    const publisher = serveFake(({ in$ }) => void in$.subscribe(room), few);
    await pass();
    saturate(other);
    socket.delivers('a');
    other.socket.takes();
    publisher.socket.delivers('a', 'b', 'c');
    expect(works.begun).toEqual(['a', 'b', 'c']);
    expect(loadOf(publisher.channel)).toEqual([0, 0]);
  });

  test('of the source comes at once when nothing waits', async () => {
    const other = serveDeaf();
    saturate(other);
    const source = new Subject<string>();
    const log: string[] = [];
    source.pipe(pacedBy(other.channel.out)).subscribe({ complete: () => log.push('complete') });
    source.complete();
    expect(log).toEqual(['complete']);
  });

  test('by an error of the source comes at once, and gives back what waits', async () => {
    const other = serveDeaf();
    const { channel, socket, errors } = serveFake(({ in$ }) =>
      in$.pipe(
        map((text) => {
          if (text === 'b') throw new Error('source');
          return text;
        }),
        pacedBy(other.channel.out),
      ),
    );
    await pass();
    saturate(other);
    socket.delivers('a', 'b');
    expect(errors).toMatchObject([{ message: 'source' }]);
    expect(loadOf(channel)).toEqual([0, 0]);
    other.socket.takes();
    expect(socket.log).toEqual(['close 1011']);
  });

  test('of the result gives back what waits, also in the middle of its release', async () => {
    const other = serveDeaf();
    const seen: unknown[] = [];
    const { channel, socket } = serveFake(
      ({ in$ }) =>
        void merge(in$.pipe(pacedBy(other.channel.out), take(1)), in$.pipe(ignoreElements())).subscribe((message) =>
          seen.push(message),
        ),
    );
    await pass();
    saturate(other);
    socket.delivers('a', 'b', 'c');
    expect(loadOf(channel)).toEqual([3, 0]);
    other.socket.takes();
    expect(seen).toEqual(['a']);
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test.each<[string, (other: Opened) => void]>([
    ['by its peer', ({ socket }) => socket.leaves()],
    ['by a break', ({ socket }) => socket.vanishes()],
    ['by its handler', ({ channel }) => channel.out.complete()],
    ['by an error', ({ channel }) => channel.out.error(new Error('other'))],
    ['by close()', ({ channel }) => channel.close(4000)],
  ])('of the other channel %s lets all pass, which is counted there as lost', async (_how, end) => {
    const other = serveDeaf();
    const { channel, socket, errors } = serveFake(relayTo(other), few);
    await pass();
    saturate(other);
    socket.delivers('a', 'b', 'c');
    end(other);
    await pass();
    expect(loadOf(channel)).toEqual([0, 0]);
    socket.delivers('d');
    await pass();
    expect(loadOf(channel)).toEqual([0, 0]);
    other.socket.vanishes();
    await pass();
    const lost = other.eventsOf('dropped').filter(({ reason }) => reason === 'late');
    expect(lost.reduce((sum, { messages }) => sum + messages, 0)).toBe(4);
    expect([socket.log, errors]).toEqual([['pause', 'resume'], []]);
  });

  test('of a wrapped other channel by an error lets all pass, and is reported once', async () => {
    const outs: ServerChannel['out'][] = [];
    const other = serveDeaf(around({ out: map((text) => text) })(({ out }: ServerChannel) => void outs.push(out)));
    const [out] = outs;
    if (out === undefined) throw new Error('The handler is called at once.');
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(pacedBy(out), ignoreElements()));
    await pass();
    out.next('0123456789');
    socket.delivers('a');
    expect(loadOf(channel)).toEqual([1, 0]);
    out.error(new Error('other'));
    await pass();
    expect(loadOf(channel)).toEqual([0, 0]);
    expect(other.errors).toHaveLength(1);
  });

  test('of the other channel that was there before is no hindrance', async () => {
    const other = serveDeaf();
    saturate(other);
    other.socket.vanishes();
    const { channel, socket } = serveFake(relayTo(other));
    await pass();
    socket.delivers('a');
    expect(loadOf(channel)).toEqual([0, 0]);
  });
});

describe('a throw further down', () => {
  test('is an error of the result, not of the other channel, and leaves no context behind', async () => {
    const other = serveDeaf();
    const results: Throwing[] = [];
    const room = new Subject<unknown>();
    const { channel, socket } = serveFake(({ in$ }) => {
      const result = new Throwing();
      results.push(result);
      in$.pipe(pacedBy(other.channel.out)).subscribe(result);
    });
    const bystander = serveFake(() => void room.pipe(pacedBy(other.channel.out)).subscribe());
    await pass();
    saturate(other);
    socket.delivers('a', 'b');
    expect(() => other.socket.takes()).not.toThrow();
    expect(results[0]?.log).toEqual(['next a', 'error thrown downstream']);
    expect(loadOf(channel)).toEqual([0, 0]);
    saturate(other);
    room.next('x');
    expect([loadOf(channel), loadOf(bystander.channel)]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('out of a finalizer at the end does not reach the other channel', async () => {
    const other = serveDeaf();
    const { socket } = serveFake(({ in$ }) => {
      in$
        .pipe(pacedBy(other.channel.out))
        .subscribe()
        .add(() => {
          throw new Error('finalizer');
        });
    });
    await pass();
    saturate(other);
    socket.delivers('a');
    socket.leaves();
    expect(() => other.socket.takes()).not.toThrow();
    expect(other.errors).toEqual([]);
  });
});
