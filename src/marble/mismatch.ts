import type { Lane, LaneEvent, Position } from './scenario.ts';
import type { TraceEvent } from './trace.ts';

/** Why a scenario does not hold, in the words of the failure. */
export type Cause =
  | 'late'
  | 'early'
  | 'missing'
  | 'extra'
  | 'wrong value'
  | 'wrong close'
  | 'wrong end'
  | 'wrong error'
  | 'unexpected error'
  | 'wrong order';

/** One difference between what a lane expects and what was seen in it. */
export interface Mismatch {
  readonly cause: Cause;
  readonly lane: Lane;
  /** Of what is expected; where nothing is expected, of the place in the lane where it came. */
  readonly position: Position;
  /** When it begins, in ms. */
  readonly time: number;
  /** What was expected: one event, none for `extra`, two or more for `wrong order`. */
  readonly want: readonly LaneEvent[];
  /** What was seen: one event, none for `missing`, two or more for `wrong order`. */
  readonly got: readonly TraceEvent[];
  /** What is different inside, one line each, such as `$.n: 4 -> 3`. */
  readonly differences: readonly string[];
}

/** What is known about a `MarbleMismatch` beside its text. */
export interface MarbleMismatchInit {
  /** Where the text that failed is wrong. */
  readonly position: Position;
  /** Of the scenario. */
  readonly title?: string;
  /** The file of the text; without it the stack stays that of the call. */
  readonly file?: string;
  readonly mismatches?: readonly Mismatch[];
  /** What the handler threw, where that made the scenario fail. */
  readonly cause?: unknown;
}

/**
 * A scenario did not hold. The message draws what was expected over what came; the stack names the line and column of
 * the marble text, so that a test runner shows them.
 */
export class MarbleMismatch extends Error {
  override readonly name = 'MarbleMismatch';
  readonly position: Position;
  readonly mismatches: readonly Mismatch[];

  constructor(message: string, { position, title = '', file, mismatches = [], ...rest }: MarbleMismatchInit) {
    super(message, rest);
    this.position = position;
    this.mismatches = mismatches;
    if (file === undefined) return;
    // Parentheses enclose the place in a stack line, so the title must not have any.
    const name = title.replaceAll(/[()]/g, '').trim() || 'scenario';
    this.stack = `${this.name}: ${message}\n    at ${name} (${file}:${position.line}:${position.column})`;
  }
}
