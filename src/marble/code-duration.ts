import { durationMs, durationPattern } from './duration.ts';
import { type Mistake, quote } from './problem.ts';

/** A duration inside a lane given in code, or what looks like one and is not. */
export interface CodeDuration {
  readonly length: number;
  /** In ms; 0 for a mistake. */
  readonly duration: number;
  readonly mistake?: Mistake;
}

const durationHere = new RegExp(durationPattern.source, 'y');

/**
 * Reads a duration as RxJS has it: with a blank, or an end of the text, on both sides. `undefined` where the letters
 * are values, as in `-1s-`. A blank on one side only is a mistake: nobody can tell what is meant by `a 9ms-b`.
 */
export function readCodeDuration(text: string, at: number): CodeDuration | undefined {
  durationHere.lastIndex = at;
  const [found] = durationHere.exec(text) ?? [];
  if (found === undefined) return undefined;
  const { length } = found;
  const before = text.slice(0, at);
  const after = text.slice(at + length);
  const startsText = before.trim() === '';
  const endsText = after.trim() === '';
  const left = startsText || before.endsWith(' ');
  const right = endsText || after.startsWith(' ');
  if (left && right) {
    const duration = durationMs(found);
    if (duration !== undefined) return { length, duration };
    return wrong(at, found, 'whole milliseconds above 0', 'Write for example 100ms or 30s.');
  }
  const blankOnOneSide = (left && !startsText) || (right && !endsText);
  if (!blankOnOneSide) return undefined;
  return wrong(
    at,
    found,
    'a duration with blanks on both sides',
    'Without any blank these are values, one column each.',
  );
}

function wrong(at: number, found: string, expected: string, advice: string): CodeDuration {
  return { length: found.length, duration: 0, mistake: { at, found: quote(found), expected, advice } };
}
