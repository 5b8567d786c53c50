import type { Clock } from '../channel/clock.ts';

/** The clock of the process. Its globals are looked up at each call, so that fake timers in tests take effect. */
export const systemClock: Clock = {
  now: () => performance.now(),
  timeOfDay: () => Date.now(),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
  soon: (task) => {
    const immediate = setImmediate(task);
    return { cancel: () => clearImmediate(immediate) };
  },
};
