import { MarbleMismatch } from '../marble/mismatch.ts';
import { MarbleSyntaxError } from '../marble/problem.ts';
import { placeIn } from './place.ts';
import { betweenWorlds } from './virtual-world.ts';

const real = { setImmediate };

/** Nobody waits for a test, so nobody would see it fail. */
export class NotAwaited extends Error {
  override readonly name = 'NotAwaited';

  /** @param place The frames of a stack that begins where it was called. */
  constructor(what: string, place: string) {
    const where = placeIn({ stack: place });
    super(
      `${what}${where === undefined ? '' : `, in ${where},`} was not awaited. Write await before it, or return it.`,
    );
    this.stack = `${this.name}: ${this.message}${place}`;
  }
}

/** The frames of a stack that begins where a function was called. */
export function placeOf(called: (...args: never[]) => unknown): string {
  const at = { stack: '' };
  Error.captureStackTrace(at, called);
  return at.stack.slice(at.stack.indexOf('\n'));
}

/** Lets an error point to where the test is written: where it was thrown says nothing to who wrote the test. */
export function failAt(place: string, error: unknown): never {
  if (error instanceof MarbleMismatch || error instanceof MarbleSyntaxError) {
    error.stack = `${error.name}: ${error.message}${place}`;
  }
  throw error;
}

/** A Promise that knows whether somebody waits for it. */
class Awaited<Result> extends Promise<Result> {
  #tell = (): void => {};

  /** What follows from it is a Promise like others. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is one.
  override then: Promise<Result>['then'] = (...listeners) => {
    this.#tell();
    return super.then(...listeners);
  };

  static of<Result>(start: (isAwaited: Promise<boolean>) => Promise<Result>): Awaited<Result> {
    let tell = (_isAwaited: boolean): void => {};
    const isAwaited = new Promise<boolean>((resolve) => {
      tell = resolve;
    });
    // Who waits does so at once.
    real.setImmediate(() => tell(false));
    const result = start(isAwaited);
    const awaited = new Awaited<Result>((resolve) => resolve(result));
    awaited.#tell = () => tell(true);
    return awaited;
  }
}

/**
 * Makes a function that starts work only once somebody waits for its result. Where nobody does, that is an error which
 * nobody has caught: told while no scenario runs, since it would be taken for one of that scenario.
 */
export function whenAwaited<Args extends readonly unknown[], Result>(
  name: string,
  work: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const called = (...args: Args): Promise<Result> => {
    const place = placeOf(called);
    return Awaited.of(async (isAwaited) => {
      if (await isAwaited) return work(...args).catch((error) => failAt(place, error));
      return betweenWorlds((_resolve, reject) => reject(new NotAwaited(name, place)));
    });
  };
  return called;
}
