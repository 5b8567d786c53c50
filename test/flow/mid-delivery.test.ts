import {
  finalize,
  ignoreElements,
  map,
  merge,
  type Observable,
  type OperatorFunction,
  of,
  retry,
  take,
  tap,
  timer,
} from 'rxjs';
import { mapAsync, pacedBy, pacedConcatMap, pacedMergeMap, pacedSwitchMap } from 'sluice/operators';
import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { enter } from '../../src/flow/context.ts';
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

const _answer = (text: unknown): Promise<unknown> => new Promise((resolve) => setTimeout(() => resolve(text), 1));

describe('what happens in the middle of a delivery', () => {
  test('an observer of out that pushes into out, and one that closes', async () => {
    const { socket, channel } = await piped((in$, { out, close }) => {
      out.subscribe((text) => {
        if (text === '0') out.next('re-entered');
        if (text === '2') close(4000);
      });
      return in$.pipe(pacedConcatMap(work));
    });
    socket.delivers(...texts(5));
    await pass(10);
    expect(socket.log.filter((entry) => !/pause|resume/.test(entry))).toEqual([
      ...['send 0', 'send re-entered', 'send 1', 'send 2', 'close 4000'],
    ]);
    expect(inWork(channel)).toBe(0);
  });

  test('a subscription that ends frees its work, and the others take what follows', async () => {
    const seen: unknown[] = [];
    const { socket, channel } = await piped(
      (in$) =>
        merge(
          in$.pipe(pacedConcatMap(work), take(1)),
          in$.pipe(
            tap((text) => seen.push(text)),
            ignoreElements(),
          ),
        ),
      { highWater: 2, lowWater: 0 },
    );
    socket.delivers(...texts(4));
    await pass();
    expect([inWork(channel), seen, socket.log]).toEqual([2, ['0', '1'], ['pause']]);
    await pass(1);
    expect([inWork(channel), seen, socket.log]).toEqual([0, texts(4), ['pause', 'send 0', 'resume']]);
  });

  test('an unsubscription while messages wait frees all of them', async () => {
    const opened = await piped((in$) => in$.pipe(pacedConcatMap(work)).pipe(take(2)), { highWater: 3, lowWater: 0 });
    opened.socket.delivers(...texts(6));
    await pass(10);
    expect(opened.log.filter((entry) => !/pause|resume/.test(entry))).toEqual(['send 0', 'send 1', 'close 1000']);
    expect(inWork(opened.channel)).toBe(0);
    opened.socket.leaves();
    expect(opened.dropped).toEqual(['in ended 3']);
  });

  test('a throw out of project fails the channel and frees what was in work', async () => {
    const opened = await piped(
      (in$) =>
        in$.pipe(
          pacedMergeMap((text) => {
            if (text === '2') throw new Error('project');
            return work(text);
          }),
        ),
      { highWater: 4, lowWater: 0 },
    );
    opened.socket.delivers(...texts(6));
    await pass();
    expect(opened.log).toEqual(['close 1011']);
    expect(inWork(opened.channel)).toBe(0);
    opened.socket.leaves();
    expect(opened.dropped).toEqual(['in ended 3']);
    expect(opened.errors).toEqual([new Error('project')]);
  });

  test('retry begins anew and loses only what the failed operator held', async () => {
    const flaky = (text: unknown): Observable<unknown> => {
      if (text === '1') throw new Error('once');
      return work(text);
    };
    const { socket, channel, errors } = await piped((in$) => in$.pipe(pacedConcatMap(flaky), retry()), {
      highWater: 2,
      lowWater: 0,
    });
    socket.delivers(...texts(6));
    await pass(20);
    expect(socket.sent).toEqual(['0', '2', '3', '4', '5']);
    expect([inWork(channel), errors]).toEqual([0, []]);
  });

  describe('a finalizer that throws out of the pipeline', () => {
    const thrower = finalize(() => {
      throw new Error('finalizer');
    });

    test.each<[string, OperatorFunction<unknown, unknown>]>([
      ['pacedConcatMap', pacedConcatMap((text) => [text])],
      ['pacedMergeMap', pacedMergeMap((text) => of(text), 2)],
      ['pacedSwitchMap', pacedSwitchMap((text) => of(text))],
      ['mapAsync', mapAsync((text) => text)],
      ['map', map((text) => text)],
    ])('leaves no context behind: %s', async (_, operator) => {
      const opened = serveFake(({ in$ }) => void in$.pipe(operator, thrower, take(1)).subscribe(), one);
      await pass();
      opened.socket.delivers('1', '2');
      expect(enter(undefined)).toBeUndefined();
      await pass(10);
      expect(inWork(opened.channel)).toBe(0);
    });

    test('leaves no context behind: pacedBy', async () => {
      const other = serveFake(() => {}, { outHighWater: 2, outLowWater: 0 });
      const { socket, channel } = serveFake(({ in$ }) => {
        in$.pipe(pacedBy(other.channel.out), thrower, take(1)).subscribe();
      }, one);
      await pass();
      other.socket.reads = false;
      other.channel.out.next('unsent');
      socket.delivers('1', '2');
      expect(inWork(channel)).toBe(1);
      other.socket.takes();
      expect(enter(undefined)).toBeUndefined();
      await pass(10);
      expect(inWork(channel)).toBe(0);
    });
  });
});
