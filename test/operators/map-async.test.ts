import { of, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { mapAsync } from '../../src/operators/map-async.ts';
import { SluiceError } from '../../src/protocol/errors.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { Answers, answersOf } from './answers.ts';
import { loadOf } from './works.ts';

inVirtualTime();

describe('mapAsync', () => {
  test('works on one message at a time, unless told otherwise', async () => {
    const answers = answersOf();
    answers.ask('a', 'b');
    expect(answers.asked).toEqual(['a']);
    await answers.resolve('a', 'b');
    expect(answers.asked).toEqual(['a', 'b']);
    expect(answers.log).toEqual(['A', 'B']);
  });

  test('works on as many messages as concurrency says, and gives the answers in order', async () => {
    const answers = answersOf({ concurrency: 2 });
    answers.ask('a', 'b', 'c');
    expect(answers.asked).toEqual(['a', 'b']);
    await answers.resolve('b');
    expect([answers.asked, answers.log]).toEqual([['a', 'b'], []]);
    await answers.resolve('a');
    expect([answers.asked, answers.log]).toEqual([
      ['a', 'b', 'c'],
      ['A', 'B'],
    ]);
    await answers.resolve('c');
    answers.source.complete();
    expect(answers.log).toEqual(['A', 'B', 'C', 'complete']);
  });

  test('gives the answers as they are ready when they are not ordered', async () => {
    const answers = answersOf({ concurrency: 2, ordered: false });
    answers.ask('a', 'b', 'c');
    await answers.resolve('b');
    expect([answers.asked, answers.log]).toEqual([['a', 'b', 'c'], ['B']]);
    await answers.resolve('c', 'a');
    expect(answers.log).toEqual(['B', 'C', 'A']);
  });

  test('works on all messages at once with Infinity', async () => {
    const answers = answersOf({ concurrency: Number.POSITIVE_INFINITY });
    answers.ask('a', 'b', 'c');
    expect(answers.asked).toEqual(['a', 'b', 'c']);
    answers.source.complete();
    await answers.resolve('c', 'b', 'a');
    expect(answers.log).toEqual(['A', 'B', 'C', 'complete']);
  });

  test('takes an answer that comes at once, in its turn', async () => {
    const { source, log, ...answers } = new Answers();
    source
      .pipe(mapAsync((text, signal) => (text === 'a' ? answers.answer(text, signal) : text), { concurrency: 3 }))
      .subscribe((value) => log.push(value));
    source.next('b');
    expect(log).toEqual(['b']);
    source.next('a');
    source.next('b');
    expect(log).toEqual(['b']);
  });

  test.each([undefined, null, 0, '', false])('gives %s as an answer like any other', async (answer) => {
    const log: unknown[] = [];
    of(1, 2)
      .pipe(mapAsync((value) => (value === 1 ? answer : Promise.resolve(answer)), { concurrency: 2 }))
      .subscribe({ next: (value) => log.push(value), complete: () => log.push('complete') });
    await pass();
    expect(log).toEqual([answer, answer, 'complete']);
  });

  test('keeps the order of what its answers push into its source', async () => {
    const source = new Subject<number>();
    const log: string[] = [];
    source.pipe(mapAsync((value) => value, { concurrency: 2 })).subscribe((value) => {
      log.push(`begin ${value}`);
      if (value < 3) source.next(value + 1);
      log.push(`end ${value}`);
    });
    source.next(1);
    expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });
});

describe('the signal', () => {
  test('is one for all messages, and aborts when the result is unsubscribed; late answers are dropped', async () => {
    const recovered: unknown[] = [];
    const answers = answersOf({ concurrency: 2, recover: (error) => void recovered.push(error) as never });
    answers.ask('a', 'b');
    const [signal] = answers.signals;
    expect(answers.signals).toEqual([signal, signal]);
    expect(signal?.aborted).toBe(false);
    answers.subscription.unsubscribe();
    expect(signal?.aborted).toBe(true);
    await answers.resolve('a');
    await answers.reject('b');
    expect([answers.log, recovered]).toEqual([[], []]);
  });

  test('aborts when the result completes or errors', async () => {
    for (const end of ['complete', 'error'] as const) {
      const answers = answersOf();
      answers.ask('a');
      await answers.resolve('a');
      expect(answers.signals[0]?.aborted).toBe(false);
      answers.source[end](new Error('source'));
      expect(answers.signals[0]?.aborted).toBe(true);
    }
  });

  test('aborts when one message fails, for the others that are worked on', async () => {
    const answers = answersOf({ concurrency: 2, ordered: false });
    answers.ask('a', 'b');
    await answers.reject('b');
    expect(answers.signals[0]?.aborted).toBe(true);
  });

  test('is another one for each subscription', () => {
    const answers = new Answers();
    const first = answers.subscribe();
    answers.subscribe();
    answers.ask('a');
    first.unsubscribe();
    expect(answers.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test('aborts when the channel ends, after linger', async () => {
    const answers = new Answers();
    const { socket, records } = serveFake(({ in$ }) => in$.pipe(mapAsync(answers.answer)), { linger: 1_000 });
    await pass();
    socket.delivers('a');
    socket.leaves();
    await pass(999);
    expect([answers.signals[0]?.aborted, records.length]).toEqual([false, 0]);
    await pass(1);
    expect([answers.signals[0]?.aborted, records.length]).toEqual([true, 1]);
  });
});

describe('in a channel', () => {
  test('messages are in work until they are answered or dropped, those too that wait for their turn', async () => {
    const answers = new Answers();
    const { channel, socket } = serveFake(({ in$ }) => in$.pipe(mapAsync(answers.answer, { concurrency: 2 })), {
      highWater: 3,
      lowWater: 0,
    });
    await pass();
    socket.delivers('a', 'b', 'c', 'd');
    expect(loadOf(channel)).toEqual([3, 1]);
    expect(socket.log).toEqual(['pause']);
    await answers.resolve('b');
    expect(loadOf(channel)).toEqual([3, 1]);
    await answers.resolve('a', 'c');
    expect(loadOf(channel)).toEqual([1, 0]);
    await answers.resolve('d');
    expect(loadOf(channel)).toEqual([0, 0]);
    expect(socket.log).toEqual(['pause', 'send A', 'send B', 'send C', 'resume', 'send D']);
  });

  test('a message that recover gives up is given back', async () => {
    const answers = new Answers();
    const { channel, socket } = serveFake(({ in$ }) =>
      in$.pipe(mapAsync(answers.answer, { recover: () => undefined })),
    );
    await pass();
    socket.delivers('a');
    expect(loadOf(channel)).toEqual([1, 0]);
    await answers.reject('a');
    expect(loadOf(channel)).toEqual([0, 0]);
    expect(socket.log).toEqual([]);
  });

  test('what was received is finished when the peer leaves', async () => {
    const answers = new Answers();
    const { socket, records } = serveFake(({ in$ }) => in$.pipe(mapAsync(answers.answer)));
    await pass();
    socket.delivers('a', 'b');
    socket.leaves();
    await answers.resolve('a');
    expect([answers.asked, records.length]).toEqual([['a', 'b'], 0]);
    await answers.resolve('b');
    expect(records).toHaveLength(1);
  });
});

describe('a concurrency', () => {
  test.each([0, -1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, '2', null, 2n])('of %s is refused', (concurrency) => {
    const make = (): unknown => mapAsync(() => 1, { concurrency: concurrency as number });
    expect(make).toThrow(SluiceError);
    expect(make).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
  });
});
