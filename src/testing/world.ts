import type { Clock } from '../channel/clock.ts';
import type { Begun, SetTimer } from '../marble/failure-reason.ts';

/**
 * The world that a scenario runs in: virtual time and what else of the process has to be watched. The edge gives it; at
 * most one is entered at a time.
 */
export interface World {
  readonly clock: Clock;
  /** Milliseconds since the world was entered. */
  readonly now: number;
  /** Lets time pass: timers run in order, and all that follows from each before the next. */
  advance(milliseconds: number): Promise<void>;
  /** Lets time pass to the next timer, and runs that one alone. */
  step(): Promise<void>;
  /** The timers that are set. */
  readonly timers: readonly SetTimer[];
  /** What was begun in this world that waits for the real one, such as a file, a name server or a thread. */
  readonly realWork: readonly Begun[];
  /** Back to the real world. Answers what nobody has caught meanwhile. */
  leave(): readonly unknown[];
}

/** How to enter a world. */
export interface WorldOptions {
  /** What the clock says at first, in ms since 1970. */
  readonly epoch: number;
  /** Takes each line that is printed to the console. */
  log(line: string): void;
}

/** Enters a world, once the former one has been left. */
export type EnterWorld = (options: WorldOptions) => Promise<World>;

/** Thrown by `advance` when the present instant does not end. */
export class EndlessInstant extends Error {
  override readonly name = 'EndlessInstant';
}
