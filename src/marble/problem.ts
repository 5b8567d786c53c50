import { pointAt, wrap } from './draw/text-width.ts';
import type { MarbleSyntaxProblem, Position } from './scenario.ts';

/** What is wrong at one place of a line; the parser adds where the line is. */
export interface Mistake {
  /** UTF-16 units from the start of what was read. */
  readonly at: number;
  readonly found: string;
  readonly expected: string;
  /** What to do, in whole sentences. */
  readonly advice: string;
}

/** Takes what is wrong at a place of the text. */
export type Report = (position: Position, mistake: Mistake) => void;

/** Thrown where a line cannot be read any further. */
export class MistakeError extends Error {
  readonly mistake: Mistake;

  constructor(mistake: Mistake) {
    super(problemAt({ line: 1, column: mistake.at + 1 }, mistake).message);
    this.mistake = mistake;
  }
}

/** Reads with a function that may throw a `MistakeError`, and answers with the mistake instead. */
export function attempt<Result>(read: () => Result): { readonly result: Result } | { readonly mistake: Mistake } {
  try {
    return { result: read() };
  } catch (error) {
    if (error instanceof MistakeError) return { mistake: error.mistake };
    throw error;
  }
}

/** Puts a mistake at its place in the text. */
export function problemAt({ line, column }: Position, { found, expected, advice }: Mistake): MarbleSyntaxProblem {
  const message = `Found ${found}, expected ${expected}.${advice === '' ? '' : ` ${advice}`}`;
  return { line, column, found, expected, message };
}

/** A piece of the text as messages quote it: on one line, at most 24 characters. */
export function quote(text: string): string {
  if (text === '') return 'the end of the line';
  if (text === '\t') return 'a tab';
  if (text === ' ') return 'a blank';
  const characters = [...text];
  return JSON.stringify(characters.length > 24 ? `${characters.slice(0, 21).join('')}...` : text);
}

/**
 * A marble text cannot be read. The message shows each problem under its line.
 *
 * ```
 * MarbleSyntaxError: in, column 4: Found "X", expected a symbol that means something. Add X to the values.
 *   --aX
 *      ^
 * ```
 */
export class MarbleSyntaxError extends Error {
  override readonly name = 'MarbleSyntaxError';
  readonly problems: readonly MarbleSyntaxProblem[];

  /**
   * @param textOf The name and the text of each line that has a problem.
   * @param file The file of the text, for the stack; without it the stack stays that of the call.
   */
  constructor(
    problems: readonly MarbleSyntaxProblem[],
    textOf: (line: number) => readonly [name: string, text: string],
    file?: string,
  ) {
    const shown = problems.map(({ line, column, message }, index) => {
      const [name, text] = textOf(line);
      const taken = index === 0 ? 'MarbleSyntaxError: ' : '';
      const said = wrap(`${taken}${name}, column ${column}: ${message}`).join('\n').slice(taken.length);
      return [said, ...pointAt(text, column)].join('\n');
    });
    super(shown.join('\n'));
    this.problems = problems;
    const [first] = problems;
    if (file === undefined || first === undefined) return;
    this.stack = `${this.name}: ${this.message}\n    at scenario (${file}:${first.line}:${first.column})`;
  }
}
