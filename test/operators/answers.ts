import { Subject, type Subscription } from 'rxjs';
import { type MapAsyncOptions, mapAsync } from '../../src/operators/map-async.ts';
import { pass } from '../support/serve-fake.ts';

/** Promises that a test settles by hand, and all that the result does. */
export class Answers {
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

/** A Promise, and how to settle it. */
type PromiseWithResolvers<T> = {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
};

export function deferred(): PromiseWithResolvers<string> {
  let settle: Pick<PromiseWithResolvers<string>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<string>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('A Promise calls its executor at once.');
  return { promise, ...settle };
}

/** With a subscription to its result. */
export const answersOf = (options?: MapAsyncOptions<string, string>): Answers & { subscription: Subscription } => {
  const answers = new Answers();
  return Object.assign(answers, { subscription: answers.subscribe(options) });
};
