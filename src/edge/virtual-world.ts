import { syncBuiltinESMExports } from 'node:module';
import { format } from 'node:util';
import { install } from '@sinonjs/fake-timers';
import type { Clock } from '../channel/clock.ts';
import type { Begun, SetTimer } from '../marble/failure-reason.ts';
import { EndlessInstant, type EnterWorld, type World, type WorldOptions } from '../testing/world.ts';
import { Breaker } from './breaker.ts';
import { systemClock } from './clock.ts';
import { RealWork } from './real-work.ts';
import { SetTimers } from './set-timers.ts';

// Microtasks stay real: Promises, and with them all of async code, run as they do outside.
const faked = [
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'],
  ...['Date', 'performance', 'hrtime'],
] as const;

const printers = ['log', 'info', 'warn', 'error', 'debug'] as const;

/** How often it is looked whether virtual time moves, in real ms; and how often in a row it may not, or may at all. */
const watch = { every: 100, looksAtOneInstant: 10, looks: 100 };

/** Whom Node tells of errors that nobody has caught. */
const lastResorts = ['unhandledRejection', 'uncaughtException'] as const;

const real = { setImmediate, setInterval, clearInterval, abortAfter: AbortSignal.timeout };

// Node binds the timers of AbortSignal.timeout when it is first used. If that is under a fake clock, such signals never
// abort again in this process, not even in real time.
AbortSignal.timeout(1);

const breaker = new Breaker();

let left: Promise<void> = Promise.resolve();

/** Waits until the world before was left. Whoever takes a turn ends it by the function that is answered. */
async function turn(): Promise<() => void> {
  const before = left;
  let leave = (): void => {};
  left = new Promise((resolve) => {
    leave = resolve;
  });
  await before;
  return leave;
}

/** Enters virtual time, as soon as the world before it was left: a process has one clock. */
export const enterVirtualWorld: EnterWorld = async (options) => {
  const leave = await turn();
  try {
    breaker.start();
    return new VirtualWorld(options, leave);
  } catch (error) {
    leave();
    throw error;
  }
};

/** Settles a Promise while the process is in the real world, so that what nobody catches is heard there. */
export async function betweenWorlds<Result>(
  settle: (resolve: (result: Result) => void, reject: (error: unknown) => void) => void,
): Promise<Result> {
  const leave = await turn();
  real.setImmediate(leave);
  return new Promise(settle);
}

class VirtualWorld implements World {
  readonly clock: Clock = {
    ...systemClock,
    after: (milliseconds, task) => this.#timers.ours(() => systemClock.after(milliseconds, task)),
    soon: (task) => this.#timers.ours(() => systemClock.soon(task)),
  };
  readonly #clock: ReturnType<typeof install>;
  readonly #start: number;
  readonly #leave: () => void;
  readonly #uncaught: unknown[] = [];
  readonly #caught = (error: unknown): unknown => this.#uncaught.push(error);
  readonly #otherListeners = lastResorts.map((event) => ({ event, listeners: process.rawListeners(event) }));
  readonly #printed: ReadonlyArray<readonly [name: (typeof printers)[number], print: typeof console.log]>;
  readonly #realWork = new RealWork();
  readonly #timers = new SetTimers();
  /** When something went on without end. */
  #stuckAt: number | undefined;

  constructor({ epoch, log }: WorldOptions, leave: () => void) {
    if ('isFake' in Date) throw new Error(otherFakeTimers);
    this.#leave = leave;
    this.#start = epoch;
    this.#clock = install({ now: epoch, toFake: [...faked] as never });
    // Timers of 0 ms would otherwise move by 1 ms, away from their column.
    Object.defineProperty(this.#clock, 'duringTick', { get: () => false, set: () => {} });
    // The clock makes its own map of timers with the first one.
    this.#clock.clearTimeout(this.#clock.setTimeout(() => {}, 0));
    Object.assign(this.#clock, { timers: this.#timers });
    this.#printed = printers.map((name) => [name, console[name]]);
    for (const name of printers) console[name] = (...args: unknown[]) => log(format(...args));
    for (const event of lastResorts) process.removeAllListeners(event).on(event, this.#caught);
    AbortSignal.timeout = (milliseconds) => this.#abortAfter(milliseconds);
    // Named imports of node:timers and node:timers/promises keep the real ones otherwise. It takes a seventh of the time
    // of a scenario; functions put in their place for good, that look each time, would break who spies on them.
    syncBuiltinESMExports();
  }

  get now(): number {
    return this.#stuckAt ?? this.#clock.now - this.#start;
  }

  get timers(): readonly SetTimer[] {
    return this.#timers.all;
  }

  get realWork(): readonly Begun[] {
    return this.#realWork.found;
  }

  async advance(milliseconds: number): Promise<void> {
    breaker.watch();
    // What a timer throws ends the tick, and nobody has caught it.
    const passed = this.#realWork.watch(() => this.#clock.tickAsync(milliseconds)).catch(this.#caught);
    let watching: ReturnType<typeof setInterval> | undefined;
    const stuck = new Promise<void>((resolve) => {
      watching = this.#watch(resolve);
    });
    await Promise.race([passed, stuck]);
    real.clearInterval(watching);
    breaker.rest();
    if (this.#stuckAt !== undefined) throw new EndlessInstant(`At ${this.now} ms something goes on without end.`);
  }

  async step(): Promise<void> {
    breaker.watch();
    await this.#clock.nextAsync().catch(this.#caught);
    breaker.rest();
  }

  leave(): readonly unknown[] {
    this.#realWork.end();
    this.#clock.uninstall();
    AbortSignal.timeout = real.abortAfter;
    syncBuiltinESMExports();
    for (const [name, print] of this.#printed) console[name] = print;
    for (const { event, listeners } of this.#otherListeners) {
      process.removeListener(event, this.#caught);
      for (const listener of listeners) process.on(event, listener as never);
    }
    this.#leave();
    return this.#uncaught;
  }

  /** Looks from the real world whether time moves. What keeps the process busy without a pause counts as one look. */
  #watch(stuck: () => void): ReturnType<typeof setInterval> {
    let [last, looks, looksAtThis] = [Number.NaN, 0, 0];
    return real.setInterval(() => {
      const { now } = this.#clock;
      looks++;
      looksAtThis = now === last ? looksAtThis + 1 : 0;
      last = now;
      breaker.beat();
      if (looksAtThis < watch.looksAtOneInstant && looks < watch.looks) return;
      this.#stuckAt = this.now;
      this.#clock.reset();
      stuck();
    }, watch.every);
  }

  #abortAfter(milliseconds: number): AbortSignal {
    const controller = new AbortController();
    const abort = (): void =>
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    this.#timers.keepOut(setTimeout(abort, milliseconds));
    return controller.signal;
  }
}

const otherFakeTimers =
  'Other fake timers are in use, such as those of vi.useFakeTimers(). Marbles bring their own: go back to real ones first.';
