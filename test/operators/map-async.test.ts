import { of, Subject, Subscriber, type Subscription } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { type MapAsyncOptions, mapAsync } from '../../src/operators/map-async.ts';
import { SluiceError } from '../../src/protocol/errors.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { loadOf } from './works.ts';

inVirtualTime();

/** Promises that a test settles by hand, and all that the result does. */
class Answers {
  readonly asked: string[] = [];
  readonly log: unknown[] = [];
  readonly signals: AbortSignal[] = [];
  readonly source = new Subject<string>();
  readonly #open = new Map<string, PromiseWithResolvers<string>>();

  readonly answer = (message: unknown, signal: AbortSignal): Promise<string> => {
    const name = String(message);
    const open = deferred();
    this.asked.push(name);
    this.signals.push(signal);
    this.#open.set(name, open);
    return open.promise;
  };

  subscribe(options?: MapAsyncOptions<string, string>): Subscription {
    return this.source.pipe(mapAsync(this.answer, options)).subscribe({
      next: (value) => this.log.push(value),
      error: (error) => this.log.push(error instanceof Error ? error.message : error),
      complete: () => this.log.push('complete'),
    });
  }

  async resolve(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      this.#open.get(name)?.resolve(name.toUpperCase());
      await pass();
    }
  }

  async reject(name: string, ...reasons: readonly [unknown?]): Promise<void> {
    this.#open.get(name)?.reject(reasons.length > 0 ? reasons[0] : new Error(`${name} failed`));
    await pass();
  }

  ask(...names: readonly string[]): void {
    for (const name of names) this.source.next(name);
  }
}

type PromiseWithResolvers<T> = {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
};

function deferred(): PromiseWithResolvers<string> {
  let settle: Pick<PromiseWithResolvers<string>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<string>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('A Promise calls its executor at once.');
  return { promise, ...settle };
}

const answersOf = (options?: MapAsyncOptions<string, string>): Answers & { subscription: Subscription } => {
  const answers = new Answers();
  return Object.assign(answers, { subscription: answers.subscribe(options) });
};

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
    const log: number[] = [];
    source.pipe(mapAsync((value) => value, { concurrency: 2 })).subscribe((value) => {
      log.push(value);
      if (value < 4) source.next(value + 1);
    });
    source.next(1);
    expect(log).toEqual([1, 2, 3, 4]);
  });
});

type Then = (resolve: (value: string | PromiseLike<string>) => void) => void;

/** Something that has a `then` and a `length`, and is no more of a Promise than that. */
function thenable(then: Then): PromiseLike<string> {
  return Object.defineProperty({ length: 1 }, 'then', { value: then }) as never;
}

describe('a thenable', () => {
  test.each<[string, Then]>([
    ['that answers at once', (resolve) => resolve('x')],
    ['that answers later', (resolve) => void setTimeout(() => resolve('x'), 5)],
    ['that answers twice', (resolve) => ['x', 'y'].forEach(resolve)],
    [
      'that answers and throws',
      (resolve) => {
        resolve('x');
        throw new Error('late');
      },
    ],
    ['that answers with a Promise', (resolve) => resolve(Promise.resolve('x'))],
  ])('%s is awaited as await would', async (_what, then) => {
    const log: unknown[] = [];
    of(1)
      .pipe(mapAsync(() => thenable(then)))
      .subscribe({
        next: (value) => log.push(value),
        error: (error) => log.push(error),
        complete: () => log.push('complete'),
      });
    await pass(5);
    expect(log).toEqual(['x', 'complete']);
  });

  test('that throws fails its message', async () => {
    const log: unknown[] = [];
    const throwing = thenable(() => {
      throw new Error('thrown');
    });
    of(1)
      .pipe(mapAsync(() => throwing, { recover: (error) => (error as Error).message }))
      .subscribe((value) => log.push(value));
    await pass();
    expect(log).toEqual(['thrown']);
  });
});

describe('a failure', () => {
  test('is an error of the result', async () => {
    const answers = answersOf();
    answers.ask('a', 'b');
    await answers.reject('a');
    expect(answers.log).toEqual(['a failed']);
    expect(answers.asked).toEqual(['a']);
    expect(answers.source.observed).toBe(false);
  });

  test('may be anything, undefined too', async () => {
    for (const reason of [undefined, 'text', 0]) {
      const answers = answersOf();
      answers.ask('a');
      await answers.reject('a', reason);
      expect(answers.log).toEqual([reason]);
    }
  });

  test('comes after the results before it', async () => {
    const answers = answersOf({ concurrency: 3 });
    answers.ask('a', 'b', 'c');
    await answers.reject('b');
    await answers.resolve('c');
    expect(answers.log).toEqual([]);
    await answers.resolve('a');
    expect(answers.log).toEqual(['A', 'b failed']);
  });

  test('comes at once when the results are not ordered', async () => {
    const answers = answersOf({ concurrency: 3, ordered: false });
    answers.ask('a', 'b');
    await answers.reject('b');
    expect(answers.log).toEqual(['b failed']);
  });

  test('by a throw is one of its message, and comes after the results before it too', async () => {
    const log: unknown[] = [];
    const source = new Subject<string>();
    const open = deferred();
    const answer = (text: string): Promise<string> => {
      if (text === 'b') throw new Error('thrown');
      return open.promise;
    };
    source.pipe(mapAsync(answer, { concurrency: 2 })).subscribe({
      next: (value) => log.push(value),
      error: (error) => log.push(error.message),
    });
    source.next('a');
    source.next('b');
    expect(log).toEqual([]);
    open.resolve('A');
    await pass();
    expect(log).toEqual(['A', 'thrown']);
  });

  test('of a channel closes it with 1011', async () => {
    const { socket, errors } = serveFake(({ in$ }) => in$.pipe(mapAsync(() => Promise.reject(new Error('refused')))));
    await pass();
    socket.delivers('a');
    await pass();
    expect(socket.log).toEqual(['close 1011']);
    expect(errors).toMatchObject([{ message: 'refused' }]);
  });
});

describe('recover', () => {
  test('answers for a message that failed, by a rejection or a throw, and the others go on', async () => {
    const log: unknown[] = [];
    const failing = (value: number): Promise<string> => {
      if (value === 1) throw new Error('thrown');
      return value === 2 ? Promise.reject('rejected') : Promise.resolve(`ok ${value}`);
    };
    of(1, 2, 3)
      .pipe(mapAsync(failing, { recover: (error, message) => `${message}: ${error}` }))
      .subscribe((value) => log.push(value));
    await pass();
    expect(log).toEqual(['1: Error: thrown', '2: rejected', 'ok 3']);
  });

  test('is not called for what goes well', async () => {
    const answers = answersOf({
      recover: () => {
        throw new Error('not here');
      },
    });
    answers.ask('a');
    await answers.resolve('a');
    expect(answers.log).toEqual(['A']);
  });

  test('answers with undefined for no answer, and the turn passes on', async () => {
    const answers = answersOf({ concurrency: 2, recover: () => undefined });
    answers.ask('a', 'b');
    await answers.resolve('b');
    await answers.reject('a');
    answers.source.complete();
    expect(answers.log).toEqual(['B', 'complete']);
  });

  test('may answer with null, which is an answer', async () => {
    const log: unknown[] = [];
    of(1)
      .pipe(mapAsync(() => Promise.reject('x'), { recover: () => null }))
      .subscribe((value) => log.push(value));
    await pass();
    expect(log).toEqual([null]);
  });

  test.each([1, 2])('that throws is an error of the result, in its turn (concurrency %i)', async (concurrency) => {
    const answers = answersOf({
      concurrency,
      recover: (_error, message) => {
        throw new Error(`${message} is lost`);
      },
    });
    answers.ask('a', 'b');
    await answers.resolve('a');
    await answers.reject('b');
    expect(answers.log).toEqual(['A', 'b is lost']);
  });

  test('that throws after a throw waits for its turn as well', async () => {
    const source = new Subject<string>();
    const log: unknown[] = [];
    const open = deferred();
    const answer = (text: string): Promise<string> => {
      if (text === 'b') throw new Error('thrown');
      return open.promise;
    };
    const recover = (): never => {
      throw new Error('recover');
    };
    source.pipe(mapAsync(answer, { concurrency: 2, recover })).subscribe({
      next: (value) => log.push(value),
      error: (error) => log.push(error.message),
    });
    source.next('a');
    source.next('b');
    open.resolve('A');
    await pass();
    expect(log).toEqual(['A', 'recover']);
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

test('a subscriber of another make that throws does not stop those whose turn comes later', async () => {
  const answers = new Answers();
  const log: string[] = [];
  class Failing extends Subscriber<string> {
    override next(value: string): void {
      log.push(value);
      throw new Error('thrown');
    }
    override error(error: Error): void {
      log.push(error.message);
      this.unsubscribe();
    }
  }
  answers.source.pipe(mapAsync(answers.answer, { concurrency: 2 })).subscribe(new Failing());
  answers.ask('a', 'b');
  await answers.resolve('b', 'a');
  expect(log).toEqual(['A', 'thrown']);
  expect(answers.source.observed).toBe(false);
});
