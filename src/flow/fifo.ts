/** A queue that takes and gives in constant time; an array's `shift` copies what is left. */
export class Fifo<T> {
  #items: Array<T | undefined> = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The oldest item, which stays; `undefined` when there is none. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  /** Takes the oldest item out. Throws `RangeError` when there is none: ask `size` first. */
  shift(): T {
    if (this.size === 0) throw new RangeError('The queue is empty.');
    const item = this.#items[this.#head] as T;
    this.#items[this.#head++] = undefined;
    // Half of the array is used up: moving the rest costs less than one step per item taken.
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
