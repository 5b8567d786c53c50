import { of, Subject, Subscriber } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { mapAsync } from '../../src/operators/map-async.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';
import { Answers, answersOf, deferred } from './answers.ts';

inVirtualTime();

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
