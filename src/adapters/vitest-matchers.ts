import { expect } from 'vitest';
import type { Trace } from '../marble/trace.ts';
import { type ExpectedMarbles, mismatchOf } from '../testing/match-trace.ts';
import { marblesOf } from '../testing/trace-text.ts';

/** What `sluice/testing/vitest` adds to vitest's `expect`. */
export interface MarbleMatchers<Result = unknown> {
  /**
   * Holds a trace against marbles. Lanes that are not written are not looked at.
   *
   * ```ts
   * expect(trace).toMatchMarbles({ out: '----b---c-' });
   * ```
   */
  toMatchMarbles(expected: ExpectedMarbles): Result;
}

declare module 'vitest' {
  interface Matchers<T> extends MarbleMatchers<T> {}
}

/** Teaches vitest `toMatchMarbles`, and to write a trace into snapshots as marbles. */
export function extendVitest(): void {
  expect.extend({
    toMatchMarbles(received: unknown, expected: ExpectedMarbles) {
      if (!isTrace(received)) {
        return { pass: false, message: () => 'toMatchMarbles takes what testHandler or runHandler answered: a Trace.' };
      }
      const mismatch = mismatchOf(received, expected);
      const drawn = (): string => `The trace matches, and was not to:\n\n${marblesOf(received)}`;
      return { pass: mismatch === undefined, message: () => mismatch?.message ?? drawn() };
    },
  });
  // An inline snapshot is indented where it is written, and loses the indent of its first line.
  const serialize = (trace: Trace): string => marblesOf(trace).replaceAll(/^ {2}/gm, '');
  expect.addSnapshotSerializer({ test: isTrace, serialize });
}

function isTrace(value: unknown): value is Trace {
  if (typeof value !== 'object' || value === null || !('lanes' in value) || !Array.isArray(value.lanes)) return false;
  return 'duration' in value && 'epoch' in value && value.lanes.every((lane) => 'kind' in lane && 'events' in lane);
}
