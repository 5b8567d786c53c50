import { MistakeError, quote } from './problem.ts';

/** Reads a line from left to right; where it cannot go on it throws a `MistakeError`. */
export class Reader {
  readonly text: string;
  /** UTF-16 units read so far. */
  at: number;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Skips blanks. Nothing else counts as one: a tab is a mistake wherever it stands. */
  blanks(): this {
    while (this.text[this.at] === ' ') this.at += 1;
    return this;
  }

  /** Takes what a sticky expression matches here; `undefined` where it does not match. */
  take(expression: RegExp): string | undefined {
    expression.lastIndex = this.at;
    const [taken] = expression.exec(this.text) ?? [];
    if (taken !== undefined) this.at += taken.length;
    return taken;
  }

  /** Takes what must stand here. */
  need(expression: RegExp, expected: string, advice = ''): string {
    return this.take(expression) ?? this.fail(expected, advice);
  }

  /** Takes everything that is left, without blanks at its end. */
  rest(): string {
    const rest = this.text.slice(this.at).trimEnd();
    this.at = this.text.length;
    return rest;
  }

  /** Nothing but blanks may be left. */
  end(expected = 'the end of the line', advice = 'A comment stands on a line of its own and begins with #.'): void {
    if (!this.blanks().done) this.fail(expected, advice);
  }

  fail(expected: string, advice = '', at: number = this.at, found: string = quote(word(this.text, at))): never {
    throw new MistakeError({ at, found, expected, advice });
  }
}

const wordHere = /[^\s,:{}[\]()"]+|./suy;

/** What a message quotes: the word that begins here, or one character. */
function word(text: string, at: number): string {
  wordHere.lastIndex = at;
  return wordHere.exec(text)?.[0] ?? '';
}
