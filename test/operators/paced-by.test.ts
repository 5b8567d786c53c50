import { ignoreElements, map, merge, type Observable, ReplaySubject, Subject, takeUntil, tap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { pacedBy } from '../../src/operators/paced-by.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { relayTo, saturate, serveDeaf } from './deaf.ts';
import { loadOf } from './works.ts';

inVirtualTime();

const few = { highWater: 2, lowWater: 0 };

describe('a message', () => {
  test('passes at once while the other channel keeps up', async () => {
    const other = serveDeaf();
    const { channel, socket } = serveFake(relayTo(other));
    await pass();
    socket.delivers('a', 'b');
    expect(other.socket.sent).toEqual(['a', 'b']);
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('waits in work while the other channel is saturated, and holds back its own input', async () => {
    const other = serveDeaf();
    const { channel, socket } = serveFake(relayTo(other), few);
    await pass();
    saturate(other);
    socket.delivers('a', 'b', 'c');
    expect(other.socket.sent).toEqual(['0123456789']);
    expect(loadOf(channel)).toEqual([2, 1]);
    expect(socket.log).toEqual(['pause']);
    other.socket.takes();
    await pass();
    expect(other.socket.sent).toEqual(['0123456789', 'a', 'b', 'c']);
    expect(loadOf(channel)).toEqual([0, 0]);
    expect(socket.log).toEqual(['pause', 'resume']);
  });

  test('that waits is given back when the result is unsubscribed', async () => {
    const other = serveDeaf();
    const left = new Subject<void>();
    const { channel, socket } = serveFake(({ in$ }) => {
      in$.pipe(pacedBy(other.channel.out), takeUntil(left)).subscribe();
      in$.subscribe();
    }, few);
    await pass();
    saturate(other);
    socket.delivers('a', 'b', 'c');
    expect(loadOf(channel)).toEqual([2, 1]);
    left.next();
    await pass();
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('waits behind those that wait, also while these are released', async () => {
    const other = serveDeaf();
    const log: unknown[] = [];
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(
        pacedBy(other.channel.out),
        tap((message) => {
          log.push(message);
          if (message === 'a') socket.delivers('c');
          other.channel.out.next('12345');
        }),
        ignoreElements(),
      ),
    );
    await pass();
    saturate(other);
    socket.delivers('a', 'b');
    other.socket.takes();
    expect(log).toEqual(['a', 'b']);
    expect(loadOf(channel)).toEqual([1, 0]);
    other.socket.takes();
    expect(log).toEqual(['a', 'b', 'c']);
  });

  test('that comes while the last of those is released comes after it', async () => {
    const other = serveDeaf();
    const log: unknown[] = [];
    const { socket } = serveFake(({ in$ }) =>
      in$.pipe(
        pacedBy(other.channel.out),
        tap((message) => {
          log.push(`begin ${message}`);
          if (message === 'a') socket.delivers('b');
          log.push(`end ${message}`);
        }),
        ignoreElements(),
      ),
    );
    await pass();
    saturate(other);
    socket.delivers('a');
    other.socket.takes();
    expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b']);
  });

  test('that the end of the saturation lets in comes after those that wait for it', async () => {
    const own = serveDeaf(({ in$, out }) => merge(in$.pipe(pacedBy(out)), in$.pipe(map((text) => `re ${text}`))));
    await pass();
    saturate(own);
    own.socket.delivers('a', 'b');
    expect(loadOf(own.channel)).toEqual([1, 1]);
    own.socket.takes();
    own.socket.takes();
    own.socket.takes();
    await pass();
    const relayed = own.socket.sent.filter((text) => text === 'a' || text === 'b');
    expect(relayed).toEqual(['a', 'b']);
  });

  test('waits again when those before it saturate the other channel', async () => {
    const other = serveDeaf();
    const { socket, channel } = serveFake(relayTo(other));
    await pass();
    saturate(other);
    socket.delivers('abcdefghij', 'b', 'c');
    other.socket.takes();
    expect(other.socket.sent).toEqual(['0123456789', 'abcdefghij']);
    expect(loadOf(channel)).toEqual([2, 0]);
    other.socket.takes();
    expect(other.socket.sent).toEqual(['0123456789', 'abcdefghij', 'b', 'c']);
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('is released in its own context, so that what paces further down counts it', async () => {
    const [other, third] = [serveDeaf(), serveDeaf()];
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(pacedBy(other.channel.out), pacedBy(third.channel.out), ignoreElements()),
    );
    await pass();
    saturate(other);
    saturate(third);
    socket.delivers('a');
    other.socket.takes();
    expect(loadOf(channel)).toEqual([1, 0]);
    third.socket.takes();
    expect(loadOf(channel)).toEqual([0, 0]);
  });

  test('that is echoed when it is released stops its own channel, if that is saturated', async () => {
    const other = serveDeaf();
    const own = serveDeaf(({ in$ }) => in$.pipe(pacedBy(other.channel.out)));
    await pass();
    saturate(other);
    own.socket.delivers('abcdefghij');
    other.socket.takes();
    expect(own.socket.sent).toEqual(['abcdefghij']);
    own.socket.delivers('b');
    expect(own.socket.log).toEqual(['send abcdefghij', 'pause']);
    own.socket.takes();
    await pass();
    expect(own.socket.sent).toEqual(['abcdefghij', 'b']);
  });

  test('of nobody passes, and the overflow policy of the other channel deals with it', async () => {
    const other = serveDeaf();
    const room = new Subject<unknown>();
    const seen: unknown[] = [];
    serveFake(() => void room.pipe(pacedBy(other.channel.out)).subscribe((message) => seen.push(message)));
    const publisher = serveFake(({ in$ }) => void in$.subscribe(room), few);
    await pass();
    saturate(other);
    room.next('by a timer');
    publisher.socket.delivers('a', 'b', 'c');
    expect(seen).toEqual(['by a timer', 'a', 'b', 'c']);
    expect(loadOf(publisher.channel)).toEqual([0, 0]);
  });
});

test('a Subject that belongs to no channel paces nothing', () => {
  const source = new Subject<string>();
  const log: string[] = [];
  source.pipe(pacedBy(new ReplaySubject<string>())).subscribe((text) => log.push(text));
  source.next('a');
  expect(log).toEqual(['a']);
});

test('two channels that relay to each other and are both saturated wait until stallTimeout ends that', async () => {
  const options = { outHighWater: 10, outLowWater: 4, stallTimeout: 1_000, linger: 100 };
  const channels: ServerChannel[] = [];
  const relay = (to: number) => (channel: ServerChannel) => {
    channels[1 - to] = channel;
    return new Promise<Observable<never>>((resolve) => setTimeout(() => resolve(piped(channel, to)), 1));
  };
  const piped = ({ in$ }: ServerChannel, to: number): Observable<never> => {
    const out = channels[to]?.out ?? new Subject();
    return in$.pipe(
      pacedBy(out),
      tap((message) => out.next(message)),
      ignoreElements(),
    );
  };
  const [left, right] = [serveFake(relay(1), options), serveFake(relay(0), options)];
  left.socket.reads = false;
  right.socket.reads = false;
  await pass(1);
  left.socket.delivers('0123456789', 'a');
  right.socket.delivers('0123456789', 'b');
  expect([loadOf(left.channel)[0], loadOf(right.channel)[0]]).toEqual([1, 1]);
  await pass(999);
  expect([left.log.at(-1), right.log.at(-1)]).toEqual(['send 0123456789', 'send 0123456789']);
  await pass(101);
  expect([left.record, right.record]).toMatchObject([{ by: 'stall' }, { by: 'stall' }]);
  expect([loadOf(left.channel)[0], loadOf(right.channel)[0]]).toEqual([0, 0]);
});
