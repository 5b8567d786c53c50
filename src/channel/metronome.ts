import type { Clock, Timer } from './clock.ts';

/** Something that is to happen again and again, in the same interval. */
export interface Beat {
  /** When it is due next, on the clock; the metronome keeps it. */
  due: number;
  beat(): void;
}

/** One timer for everything that happens in the same interval: ten thousand channels need no timer each. */
export class Metronome {
  readonly #clock: Clock;
  readonly #interval: number;
  /** In the order in which they are due: whoever is added, or has had its turn, comes last. */
  readonly #beats = new Set<Beat>();
  #timer: Timer | undefined;

  constructor(clock: Clock, interval: number) {
    this.#clock = clock;
    this.#interval = interval;
  }

  /** The first beat comes after one interval. */
  add(beat: Beat): void {
    // A fraction would make each channel a number object of 16 bytes.
    beat.due = Math.ceil(this.#clock.now() + this.#interval);
    this.#beats.add(beat);
    if (this.#timer === undefined) this.#arm();
  }

  remove(beat: Beat): void {
    this.#beats.delete(beat);
    if (this.#beats.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const [first] = this.#beats;
    if (first === undefined) return;
    this.#timer = this.#clock.after(Math.max(0, first.due - this.#clock.now()), () => this.#tick());
  }

  #tick(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const beat of [...this.#beats]) {
      // Timers may come a fraction of a millisecond early.
      if (beat.due > now + 1) break;
      // Ended by a beat before it.
      if (!this.#beats.delete(beat)) continue;
      beat.due += this.#interval;
      this.#beats.add(beat);
      beat.beat();
    }
    if (this.#timer === undefined) this.#arm();
  }
}
