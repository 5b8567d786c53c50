/** A task that was put on a clock and can be taken off again. */
export interface Timer {
  /** Takes the task off the clock; harmless when it has run. */
  cancel(): void;
}

/** Time, as the core sees it: the edge gives the real one, tests a virtual one. */
export interface Clock {
  /** Milliseconds that only ever grow; their zero means nothing. */
  now(): number;
  /** The time of day in milliseconds since 1970, as `Date.now()` has it. */
  timeOfDay(): number;
  /** Runs a task once after a delay of at most 2^31 - 1 ms. */
  after(milliseconds: number, task: () => void): Timer;
  /** Runs a task once, after the input and output that is waiting now. */
  soon(task: () => void): Timer;
}

// Timers take a signed 32-bit number of milliseconds, about 24.8 days; above it they fire at once.
const longest = 2 ** 31 - 1;

/** Runs a task at a time of day, however far away; one that has passed runs on the next turn of the clock. */
export function atTimeOfDay(clock: Clock, time: number, task: () => void): Timer {
  let timer: Timer;
  const wait = (): void => {
    const left = time - clock.timeOfDay();
    timer = left > longest ? clock.after(longest, wait) : clock.after(Math.max(0, left), task);
  };
  wait();
  return { cancel: () => timer.cancel() };
}
