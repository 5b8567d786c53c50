import { syncBuiltinESMExports } from 'node:module';
import { format } from 'node:util';
import { install } from '@sinonjs/fake-timers';
import { EndlessInstant, type EnterWorld, type World, type WorldOptions } from '../testing/world.ts';
import { Breaker } from './breaker.ts';
import { systemClock } from './clock.ts';

// Microtasks stay real: Promises, and with them all of async code, run as they do outside.
const faked = [
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'],
  ...['Date', 'performance'],
] as const;

const printers = ['log', 'info', 'warn', 'error', 'debug'] as const;

/** How often it is looked whether virtual time moves, in real ms; and how often in a row it may not, or may at all. */
const watch = { every: 100, looksAtOneInstant: 10, looks: 100 };

/** Whom Node tells of errors that nobody has caught. */
const lastResorts = ['unhandledRejection', 'uncaughtException'] as const;

/** What keeps a process busy beside timers, as `process.getActiveResourcesInfo()` names it. */
const timersOfNode = new Set(['Timeout', 'Immediate']);

const real = { setImmediate, setInterval, clearInterval, abortAfter: AbortSignal.timeout };

// Node binds the timers of AbortSignal.timeout when it is first used. If that is under a fake clock, such signals never
// abort again in this process, not even in real time.
AbortSignal.timeout(1);

const breaker = new Breaker();

let left: Promise<void> = Promise.resolve();

/** Enters virtual time, as soon as the world before it was left: a process has one clock. */
export const enterVirtualWorld: EnterWorld = async (options) => {
  const before = left;
  let leave = (): void => {};
  left = new Promise((resolve) => {
    leave = resolve;
  });
  await before;
  try {
    breaker.start();
    return new VirtualWorld(options, leave);
  } catch (error) {
    leave();
    throw error;
  }
};

class VirtualWorld implements World {
  readonly clock = systemClock;
  readonly #clock: ReturnType<typeof install>;
  readonly #start: number;
  readonly #leave: () => void;
  readonly #uncaught: unknown[] = [];
  readonly #caught = (error: unknown): unknown => this.#uncaught.push(error);
  readonly #otherListeners = lastResorts.map((event) => ({ event, listeners: process.rawListeners(event) }));
  readonly #printed: ReadonlyArray<readonly [name: (typeof printers)[number], print: typeof console.log]>;
  readonly #busy = countOf(process.getActiveResourcesInfo());
  readonly #realWork = new Set<string>();
  /** Timers of `AbortSignal.timeout`, which do not keep anything alive. */
  #signals = 0;
  /** When something went on without end. */
  #stuckAt: number | undefined;

  constructor({ epoch, log }: WorldOptions, leave: () => void) {
    if ('isFake' in Date) throw new Error(otherFakeTimers);
    this.#leave = leave;
    this.#start = epoch;
    this.#clock = install({ now: epoch, toFake: [...faked] as never });
    // Timers of 0 ms would otherwise move by 1 ms, away from their column.
    Object.defineProperty(this.#clock, 'duringTick', { get: () => false, set: () => {} });
    this.#printed = printers.map((name) => [name, console[name]]);
    for (const name of printers) console[name] = (...args: unknown[]) => log(format(...args));
    for (const event of lastResorts) process.removeAllListeners(event).on(event, this.#caught);
    AbortSignal.timeout = (milliseconds) => this.#abortAfter(milliseconds);
    // Named imports of node:timers and node:timers/promises keep the real ones otherwise.
    syncBuiltinESMExports();
  }

  get now(): number {
    return this.#stuckAt ?? this.#clock.now - this.#start;
  }

  get timers(): number {
    return this.#clock.countTimers() - this.#signals;
  }

  findRealWork(): readonly string[] {
    const now = countOf(process.getActiveResourcesInfo());
    for (const [name, count] of now) if (count > (this.#busy.get(name) ?? 0)) this.#realWork.add(plainName(name));
    return [...this.#realWork];
  }

  async advance(milliseconds: number): Promise<void> {
    breaker.watch();
    // What a timer throws ends the tick, and nobody has caught it.
    const passed = this.#clock.tickAsync(milliseconds).catch(this.#caught);
    let passing = true;
    const look = (): void => {
      this.findRealWork();
      if (passing) real.setImmediate(look);
    };
    // Runs after each timer: what begins may be over at the end, and its answer has come at no column in particular.
    look();
    let watching: ReturnType<typeof setInterval> | undefined;
    const stuck = new Promise<void>((resolve) => {
      watching = this.#watch(resolve);
    });
    await Promise.race([passed, stuck]);
    passing = false;
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
    this.#signals++;
    setTimeout(() => {
      this.#signals--;
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    }, milliseconds);
    return controller.signal;
  }
}

/** What Node's names of resources mean to who wrote a handler. */
const plainNames: ReadonlyArray<readonly [of: RegExp, name: string]> = [
  [/^(FS|CloseReq|StatWatcher)/, 'a file'],
  [/^(GetAddrInfo|GetNameInfo|Query)/, 'a name server'],
  [/^(TCP|TLS|UDP|HTTP|Pipe)/i, 'the network'],
  [/^Process/, 'another process'],
  [/^(Worker|MessagePort)/, 'a worker'],
];

const plainName = (name: string): string => plainNames.find(([of]) => of.test(name))?.[1] ?? name;

const otherFakeTimers =
  'Other fake timers are in use, such as those of vi.useFakeTimers(). Marbles bring their own: go back to real ones first.';

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) if (!timersOfNode.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
