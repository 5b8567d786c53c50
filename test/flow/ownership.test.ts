import { concatMap, ignoreElements, map, merge, type Observable, of, Subject, tap, timer } from 'rxjs';
import { pacedConcatMap, pacedMergeMap, toAsyncIterable } from 'sluice/operators';
import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { split } from '../../src/operators/split.ts';
import { through } from '../../src/operators/through.ts';
import { FakeSocket } from '../support/fake-socket.ts';
import { FakeApp, inVirtualTime, type Opened, pass, routeOf, serveFake } from '../support/serve-fake.ts';
import { inWork } from '../support/working.ts';

inVirtualTime();

const work = (text: unknown): Observable<unknown> => timer(1).pipe(map(() => text));
async function read(source: Observable<unknown>, out: Subject<unknown>): Promise<void> {
  for await (const text of toAsyncIterable(source)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    out.next(text);
  }
}

const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));
const one = { highWater: 1, lowWater: 0 };

describe('a Subject that many channels share, each with slow work of its own', () => {
  const room = async (
    size: number,
    publish: (in$: Observable<unknown>, room$: Subject<unknown>) => Observable<unknown>,
  ) => {
    const room$ = new Subject<unknown>();
    const publisher = routeOf(({ in$ }) => publish(in$, room$), one, '/publisher');
    const member = routeOf(() => room$.pipe(pacedConcatMap(work)), one, '/member');
    const app = new FakeApp([publisher, member]);
    const members = Array.from({ length: size }, () => app.open(new FakeSocket(), {}, 1));
    const opened = app.open();
    await pass();
    return { opened, members };
  };

  test('does not hold back who publishes, with 1,000 of them', async () => {
    const { opened, members } = await room(1_000, (in$, room$) =>
      in$.pipe(
        tap((text) => room$.next(text)),
        ignoreElements(),
      ),
    );
    const pressures: number[] = [];
    opened.channel.pressure$.subscribe((pressure) => pressures.push(pressure.inWork));
    opened.socket.delivers(...texts(2));
    await pass();
    expect(inWork(opened.channel)).toBe(0);
    expect(members.every(({ channel }) => inWork(channel) === 0)).toBe(true);
    await pass(5);
    for (const { socket } of members) expect(socket.sent).toEqual(texts(2));
    expect(opened.log).toEqual([]);
    expect(pressures.every((count) => count === 0)).toBe(true);
  });

  test('holds back who publishes by slow work of its own', async () => {
    const { opened, members } = await room(10, (in$, room$) =>
      in$.pipe(
        pacedConcatMap(work),
        tap((text) => room$.next(text)),
        ignoreElements(),
      ),
    );
    opened.socket.delivers(...texts(5));
    await pass();
    expect(inWork(opened.channel)).toBe(1);
    expect(opened.log).toEqual(['pause']);
    await pass(10);
    for (const { socket } of members) expect(socket.sent).toEqual(texts(5));
    expect([inWork(opened.channel), opened.log]).toEqual([0, ['pause', 'resume']]);
  });

  test.each<[string, (room$: Subject<unknown>, channel: ServerChannel) => unknown]>([
    ['returns its pipeline', (room$) => room$.pipe(pacedConcatMap(work))],
    ['promises its pipeline', async (room$) => room$.pipe(pacedConcatMap(work))],
    ['subscribes by itself', (room$, { out }) => void room$.pipe(pacedConcatMap(work)).subscribe(out)],
    ['reads in a loop', (room$, { out }) => void read(room$, out)],
    ['works inside other work', (room$) => room$.pipe(pacedMergeMap((text) => of(text).pipe(pacedConcatMap(work))))],
  ])('does not hold back who publishes, where a member %s', async (_, handle) => {
    const room$ = new Subject<unknown>();
    const member = serveFake((channel) => handle(room$, channel));
    const publisher = serveFake(({ in$ }) => void in$.subscribe((text) => room$.next(text)), one);
    await pass();
    publisher.socket.delivers('1', '2');
    await pass();
    expect([inWork(publisher.channel), publisher.log]).toEqual([0, []]);
    await pass(2);
    expect(member.socket.sent).toEqual(['1', '2']);
  });

  test('counts for a member what the member itself has published', async () => {
    const room$ = new Subject<unknown>();
    const open = (): Opened => serveFake(({ in$ }) => in$.pipe(through(room$), pacedConcatMap(work)), one);
    const [speaker, listener] = [open(), open()];
    await pass();
    speaker.socket.delivers('1', '2');
    await pass();
    expect([inWork(speaker.channel), inWork(listener.channel)]).toEqual([1, 0]);
    await pass(2);
    expect([speaker.socket.sent, listener.socket.sent]).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
    expect([inWork(speaker.channel), inWork(listener.channel)]).toEqual([0, 0]);
  });
});

describe('an operator outside of any handler', () => {
  test('counts for whoever pushed: all of them', async () => {
    const jobs$ = new Subject<unknown>();
    const done: unknown[] = [];
    jobs$.pipe(pacedConcatMap(work)).subscribe((text) => done.push(text));
    const open = (): Opened => serveFake(({ in$ }) => void in$.subscribe((text) => jobs$.next(text)), one);
    const [a, b] = [open(), open()];
    await pass();
    a.socket.delivers('a1', 'a2');
    b.socket.delivers('b1', 'b2');
    await pass();
    expect([inWork(a.channel), inWork(b.channel)]).toEqual([1, 1]);
    expect([a.log, b.log]).toEqual([['pause'], ['pause']]);
    await pass(10);
    expect(done).toEqual(['a1', 'b1', 'a2', 'b2']);
    expect([inWork(a.channel), inWork(b.channel)]).toEqual([0, 0]);
    expect([a.log, b.log]).toEqual([
      ['pause', 'resume'],
      ['pause', 'resume'],
    ]);
  });

  test('is RxJS’s own where nobody delivers', async () => {
    const source = new Subject<unknown>();
    const seen: unknown[] = [];
    source.pipe(pacedConcatMap(work)).subscribe((text) => seen.push(text));
    const plain: unknown[] = [];
    source.pipe(concatMap(work)).subscribe((text) => plain.push(text));
    for (const text of texts(100)) source.next(text);
    await pass(50);
    expect(seen).toHaveLength(50);
    expect(seen).toEqual(plain);
    await pass(50);
    expect(seen).toEqual(plain);
  });
});

describe('a channel that delivers inside the delivery of another', () => {
  test('counts its own message, and the other its own', async () => {
    const inner = serveFake(({ in$ }) => in$.pipe(pacedConcatMap(work)), one);
    const outer = serveFake(
      ({ in$ }) =>
        merge(in$.pipe(tap((text) => inner.socket.delivers(text as string))), in$).pipe(pacedConcatMap(work)),
      one,
    );
    await pass();
    outer.socket.delivers('1', '2');
    await pass();
    expect([inWork(outer.channel), inWork(inner.channel)]).toEqual([1, 1]);
    await pass(10);
    expect(outer.socket.sent).toEqual(['1', '1', '2', '2']);
    expect(inner.socket.sent).toEqual(['1', '2']);
    expect([inWork(outer.channel), inWork(inner.channel)]).toEqual([0, 0]);
  });

  test('does not hold back its own input by what the other answers', async () => {
    const other = serveFake(() => {}, { outHighWater: 2 });
    const { socket, log } = serveFake(({ in$ }) => void in$.subscribe((text) => other.channel.out.next(text)));
    await pass();
    other.socket.reads = false;
    socket.delivers('12', '34', '56');
    expect(log).toEqual([]);
    other.socket.takes();
    await pass();
    other.socket.takes();
    expect(other.socket.sent).toEqual(['12', '34', '56']);
  });
});

test('a branch of split counts for its channel', async () => {
  const opened = serveFake(
    ({ in$ }) =>
      (in$ as Observable<string>).pipe(
        map((text) => ({ type: Number(text) % 2 === 1 ? ('odd' as const) : ('even' as const), text })),
        split('type', {
          odd: (odd$) => odd$.pipe(pacedConcatMap(({ text }) => work(text))),
          even: (even$) => even$.pipe(ignoreElements()),
        }),
      ),
    one,
  );
  await pass();
  opened.socket.delivers('1', '2', '3');
  await pass();
  expect([inWork(opened.channel), opened.log]).toEqual([1, ['pause']]);
  await pass(10);
  expect(opened.socket.sent).toEqual(['1', '3']);
});
