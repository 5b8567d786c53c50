import { Observable } from 'rxjs';
import { Fifo } from '../flow/fifo.ts';

interface Turn {
  /** What to do when it comes; `undefined` until there is something. */
  task: (() => void) | undefined;
}

/** Lets streams that run side by side end in the order in which they began. */
export class Turns {
  readonly #turns = new Fifo<Turn>();
  #advancing = false;

  /** Takes the next turn for a stream: its last value and its end wait until those before it have ended. */
  inTurn<T>(stream: Observable<T>): Observable<T> {
    const turn: Turn = { task: undefined };
    this.#turns.push(turn);
    return new Observable((subscriber) => {
      let last: (() => void) | undefined;
      return stream.subscribe({
        next: (value) => {
          last = () => subscriber.next(value);
        },
        error: (error) => this.#ready(turn, () => subscriber.error(error)),
        complete: () =>
          this.#ready(turn, () => {
            last?.();
            subscriber.complete();
          }),
      });
    });
  }

  #ready(turn: Turn, task: () => void): void {
    turn.task = task;
    if (this.#advancing) return;
    this.#advancing = true;
    while (this.#turns.first?.task !== undefined) this.#turns.shift().task?.();
    this.#advancing = false;
  }
}
