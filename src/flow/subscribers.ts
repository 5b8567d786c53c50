import type { Subscriber } from 'rxjs';

/** The subscribers of `in$`. A list never changes: one that is being walked through stays as it is. */
export type Subscribers<T> = readonly Subscriber<T>[];

export const nobody: Subscribers<never> = [];

/** A subscriber leaves by being closed: a teardown for each would weigh more than the rest of it. */
export function stillThere<T>(subscribers: Subscribers<T>): Subscribers<T> {
  return subscribers.filter(({ closed }) => !closed);
}

export function isAnybodyThere<T>(subscribers: Subscribers<T>): boolean {
  for (const { closed } of subscribers) if (!closed) return true;
  return false;
}

/** RxJS's own subscribers throw only what a finalizer throws; it must not reach the socket. */
export function emitTo<T>(subscribers: Subscribers<T>, message: T, owner: { fail(error: unknown): void }): void {
  try {
    for (const subscriber of subscribers) subscriber.next(message);
  } catch (error) {
    owner.fail(error);
  }
}

export function completeAll<T>(subscribers: Subscribers<T>, owner: { fail(error: unknown): void }): void {
  for (const subscriber of subscribers) {
    try {
      subscriber.complete();
    } catch (error) {
      owner.fail(error);
    }
  }
}
