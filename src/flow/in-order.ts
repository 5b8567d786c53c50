import { Fifo } from './fifo.ts';

/** Takes values and promises of values, and hands the values on in the order in which they were taken. */
export class InOrder<T> {
  readonly #items = new Fifo<T | Promise<T>>();
  readonly #next: (value: T) => void;
  readonly #failed: (error: unknown) => void;
  readonly #moved: () => void;
  #awaiting = false;
  #abandoned = false;

  /** `next` gets each value; `failed` a rejection, after which nothing comes; `moved` is called when `size` fell. */
  constructor(next: (value: T) => void, failed: (error: unknown) => void, moved: () => void) {
    this.#next = next;
    this.#failed = failed;
    this.#moved = moved;
  }

  get size(): number {
    return this.#items.size + (this.#awaiting ? 1 : 0);
  }

  push(item: T | Promise<T>): void {
    // It is awaited in its turn; until then its rejection is nobody's.
    if (item instanceof Promise) item.catch(() => {});
    this.#items.push(item);
    this.#advance();
  }

  abandon(): void {
    this.#abandoned = true;
    this.#items.clear();
  }

  #advance(): void {
    while (!this.#awaiting && !this.#abandoned && this.#items.size > 0) {
      const item = this.#items.shift();
      if (!(item instanceof Promise)) {
        this.#next(item);
        continue;
      }
      this.#awaiting = true;
      item.then(
        (value) => this.#settled(() => this.#next(value)),
        (error) => this.#settled(() => this.#failed(error)),
      );
    }
  }

  #settled(step: () => void): void {
    this.#awaiting = false;
    if (this.#abandoned) return;
    step();
    this.#advance();
    this.#moved();
  }
}
