import type { SetTimer } from '../marble/failure-reason.ts';
import { here, placeIn } from './place.ts';

/** What fake timers keep of a timer, as far as it is looked at here. */
interface FakeTimer {
  readonly id: number;
  readonly type: string;
  readonly delay?: number;
  readonly interval?: number;
}

/** The functions that set timers, by the names that fake timers have for what they set. */
const setters: Readonly<Record<string, string>> = { Interval: 'setInterval', Immediate: 'setImmediate' };

/** The timers of a fake clock. It keeps them in such a map itself; this one notes where each was set. */
export class SetTimers extends Map<number, FakeTimer> {
  readonly #places = new WeakMap<FakeTimer, Error>();
  readonly #keptOut = new Set<number>();
  #isOurs = false;

  override set(id: number, timer: FakeTimer): this {
    if (!this.#isOurs && !this.#places.has(timer)) this.#places.set(timer, here());
    return super.set(id, timer);
  }

  /** Sets a timer of the library: nobody asks where, and to note it takes a sixth of the time of a scenario. */
  ours<Result>(set: () => Result): Result {
    this.#isOurs = true;
    const timer = set();
    this.#isOurs = false;
    return timer;
  }

  /** Lets a timer count no more: it keeps nothing alive. */
  keepOut(timer: ReturnType<typeof setTimeout>): void {
    this.#keptOut.add(Number(timer));
  }

  /** All that are set, the first to be set first. */
  get all(): SetTimer[] {
    return [...this.values()]
      .filter(({ id }) => !this.#keptOut.has(id))
      .map((timer) => {
        const { type, interval, delay = 0 } = timer;
        const noted = this.#places.get(timer);
        const place = noted && placeIn(noted);
        return { by: setters[type] ?? 'setTimeout', delay: interval ?? delay, place };
      });
  }
}
