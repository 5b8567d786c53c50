import {
  asyncScheduler,
  filter,
  groupBy,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  observeOn,
  of,
  share,
  timer,
} from 'rxjs';
import { mapAsync, pacedConcatMap, pacedMergeMap, pacedSwitchMap, toAsyncIterable } from 'sluice/operators';
import { describe, expect, test } from 'vitest';
import { around } from '../../src/channel/around.ts';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { inVirtualTime, type Opened, pass, serveFake } from '../support/serve-fake.ts';
import { inWork } from '../support/working.ts';

inVirtualTime();

/** Work of a millisecond. */
const work = (text: unknown): Observable<unknown> => timer(1).pipe(map(() => text));
const one = { highWater: 1, lowWater: 0 };
const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

type Pipeline = (in$: Observable<unknown>, channel: ServerChannel) => Observable<unknown>;

async function piped(pipeline: Pipeline, options: Readonly<Record<string, unknown>> = one): Promise<Opened> {
  const opened = serveFake((channel) => pipeline(channel.in$, channel), options);
  await pass();
  return opened;
}

/** One message is in work and one waits; when the first is done the second comes. */
async function expectOneAtATime(opened: Opened, answers: number): Promise<void> {
  opened.socket.delivers('1', '2');
  await pass();
  expect(inWork(opened.channel)).toBe(1);
  expect(opened.log).toEqual(['pause']);
  await pass(1);
  expect(opened.socket.sent).toHaveLength(answers);
  expect(inWork(opened.channel)).toBe(1);
  await pass(1);
  expect(opened.socket.sent).toHaveLength(2 * answers);
  expect(inWork(opened.channel)).toBe(0);
  expect(opened.log).toContain('resume');
}

describe('a message is in work through', () => {
  test.each<[string, number, Pipeline]>([
    [
      'map and filter',
      1,
      (in$) =>
        in$.pipe(
          map((x) => `${x}!`),
          filter((x) => x !== ''),
          pacedConcatMap(work),
        ),
    ],
    ['a branch of merge', 1, (in$) => merge(in$.pipe(ignoreElements()), in$.pipe(pacedConcatMap(work)))],
    ['both branches of merge', 2, (in$) => merge(in$.pipe(pacedConcatMap(work)), in$.pipe(pacedConcatMap(work)))],
    ['share', 2, (in$) => ((shared$) => merge(shared$, shared$))(in$.pipe(pacedConcatMap(work), share()))],
    [
      'groupBy and mergeMap',
      1,
      (in$) =>
        in$.pipe(
          groupBy(String),
          mergeMap((group) => group.pipe(pacedConcatMap(work))),
        ),
    ],
    ['an operator within an operator', 1, (in$) => in$.pipe(pacedMergeMap((x) => of(x).pipe(pacedConcatMap(work))))],
    ['mapAsync', 1, (in$) => in$.pipe(mapAsync((x) => new Promise((resolve) => setTimeout(() => resolve(x), 1))))],
    [
      'an inner stream that ends without an answer',
      0,
      (in$) => in$.pipe(pacedMergeMap(() => timer(1).pipe(ignoreElements()))),
    ],
  ])('%s', async (_, answers, pipeline) => {
    await expectOneAtATime(await piped(pipeline), answers);
  });

  test('an asynchronous codec before it', async () => {
    const codec = { kind: 'text', decode: async (text: string) => text, encode: (text: string) => text };
    await expectOneAtATime(await piped((in$) => in$.pipe(pacedConcatMap(work)), { ...one, codec }), 1);
  });

  test('around, before and after the handler', async () => {
    const inward = around({ in: pacedConcatMap(work) });
    const outward = around({ out: pacedConcatMap(work) });
    for (const wrap of [inward, outward]) {
      const opened = serveFake(wrap(({ in$ }: ServerChannel) => in$ as never) as never, one);
      await pass();
      await expectOneAtATime(opened, 1);
    }
  });

  test('a handler that subscribes by itself and returns nothing', async () => {
    const opened = serveFake(({ in$, out }) => void in$.pipe(pacedConcatMap(work)).subscribe(out), one);
    await pass();
    await expectOneAtATime(opened, 1);
  });

  test('an async handler, also where it subscribes behind an await', async () => {
    const returned = serveFake(async ({ in$ }) => in$.pipe(pacedConcatMap(work)), one);
    const subscribed = serveFake(async ({ in$, out }) => {
      await Promise.resolve();
      in$.pipe(pacedConcatMap(work)).subscribe(out);
    }, one);
    await pass();
    await expectOneAtATime(returned, 1);
    await expectOneAtATime(subscribed, 1);
  });

  test('a loop over it, whose body works', async () => {
    const opened = await piped((in$, { out }) => {
      void (async () => {
        for await (const text of toAsyncIterable(in$)) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          out.next(text);
        }
      })();
      return in$.pipe(ignoreElements());
    });
    await expectOneAtATime(opened, 1);
  });
});

describe('operators that follow each other', () => {
  test('count a message once, from the first to the last', async () => {
    const steps = [pacedConcatMap(work), pacedMergeMap(work), mapAsync(answer)] as const;
    const { socket, channel } = await piped((in$) => in$.pipe(...steps), { highWater: 3, lowWater: 2 });
    socket.delivers(...texts(6));
    const seen: number[] = [];
    for (let i = 0; i < 12; i++) {
      seen.push(inWork(channel));
      await pass(1);
    }
    expect(Math.max(...seen)).toBe(3);
    expect(socket.sent).toEqual(texts(6));
    expect(inWork(channel)).toBe(0);
  });

  test('do not know a message that another operator has put off', async () => {
    const { socket, channel } = await piped((in$) => in$.pipe(observeOn(asyncScheduler), pacedConcatMap(work)));
    socket.delivers(...texts(3));
    expect([inWork(channel), socket.log]).toEqual([0, []]);
    await pass(10);
    expect(socket.sent).toEqual(texts(3));
  });

  test('end the work on a message that pacedSwitchMap replaces', async () => {
    const { socket, channel } = await piped((in$) => in$.pipe(pacedSwitchMap(work)), { highWater: 2, lowWater: 0 });
    socket.delivers('1', '2', '3', '4');
    await pass();
    expect(inWork(channel)).toBe(1);
    await pass(1);
    expect([inWork(channel), socket.sent]).toEqual([0, ['4']]);
  });
});

function answer(text: unknown): Promise<unknown> {
  return new Promise((resolve) => setTimeout(() => resolve(text), 1));
}
