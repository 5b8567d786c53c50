import { readCodeDuration } from './code-duration.ts';
import { type Mistake, quote } from './problem.ts';
import type { Dialect, Jump } from './scenario.ts';
import { isSymbol, whyNoSymbol } from './symbol.ts';

/** One symbol or mark, and where it stands in the text. */
export interface CellItem {
  readonly symbol: string;
  readonly at: number;
}

/** What stands at one instant of a lane: a single symbol or mark, or a group of them. */
export interface Cell {
  /** 0-based; a group counts at its `(`. */
  readonly column: number;
  /** As written, without blanks; it takes as many columns as it has characters. */
  readonly text: string;
  /** Where it begins in the text. */
  readonly at: number;
  readonly items: readonly CellItem[];
}

/** The cells of a lane as they stand, whatever they mean. */
export interface Cells {
  readonly cells: readonly Cell[];
  readonly columns: number;
  /** The durations of a lane given in code, as jumps that take no column. */
  readonly jumps: readonly Jump[];
  readonly mistakes: readonly Mistake[];
}

/**
 * Takes a lane apart, from `at` on. In a file a blank is a mistake; in code it is skipped as in RxJS, and a duration
 * between blanks lets time pass: `a 9ms b` has b at 10 ms.
 */
export function readCells(text: string, at: number, dialect: Dialect): Cells {
  return new CellReader(text.trimEnd(), at, dialect).read();
}

class CellReader implements Cells {
  readonly cells: Cell[] = [];
  readonly jumps: Jump[] = [];
  readonly mistakes: Mistake[] = [];
  columns = 0;
  readonly #text: string;
  readonly #dialect: Dialect;
  #at: number;
  #group: { readonly at: number; readonly items: CellItem[] } | undefined;

  constructor(text: string, at: number, dialect: Dialect) {
    this.#text = text;
    this.#at = at;
    this.#dialect = dialect;
  }

  read(): this {
    while (this.#at < this.#text.length) {
      const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
      if (character === ' ') {
        if (this.#dialect === 'file') {
          // What stands behind a blank is mostly a remark; it would only give more mistakes.
          this.#blankInFile(this.#text.slice(this.#at));
          break;
        }
        this.#at += 1;
      } else if (this.#group !== undefined) this.#item(character, this.#group);
      else if (!this.#duration()) this.#cell(character);
    }
    if (this.#group !== undefined) {
      this.#wrong('a closing ) later in the lane', 'A group is written (ab).', '"("', this.#group.at);
    }
    return this;
  }

  #duration(): boolean {
    const found = this.#dialect === 'code' ? readCodeDuration(this.#text, this.#at) : undefined;
    if (found === undefined) return false;
    if (found.mistake !== undefined) this.mistakes.push(found.mistake);
    else this.jumps.push({ column: this.columns, columns: 0, duration: found.duration });
    this.#at += found.length;
    return true;
  }

  #cell(character: string): void {
    if (character === '(') this.#group = { at: this.#at, items: [] };
    else {
      if (isItem(character)) this.#add(character, this.#at, [{ symbol: character, at: this.#at }]);
      else if (character !== '-') this.#wrongCharacter(character);
      this.columns += 1;
    }
    this.#at += character.length;
  }

  #item(character: string, { at, items }: { readonly at: number; readonly items: CellItem[] }): void {
    if (character === ')') {
      if (items.length === 0) this.#wrong('a symbol in the group', 'Write for example (ab).', '"()"', at);
      const text = `(${items.map(({ symbol }) => symbol).join('')})`;
      this.#add(text, at, items);
      this.columns += text.length;
      this.#group = undefined;
    } else if (isItem(character)) items.push({ symbol: character, at: this.#at });
    else if (character === '-') {
      this.#wrong('a symbol, | or #', 'No time passes in a group: it happens at its ( and takes its own columns.');
    } else this.#wrongCharacter(character);
    this.#at += character.length;
  }

  #add(text: string, at: number, items: readonly CellItem[]): void {
    this.cells.push({ column: this.columns, text, at, items });
  }

  #blankInFile(rest: string): void {
    const [, duration] = /^ +(\d+(?:\.\d+)?(?:ms|s|m|h))\b/.exec(rest) ?? [];
    if (duration !== undefined)
      this.#wrong('- or a symbol', jumpsElsewhere, `the duration ${duration} inside the lane`);
    else this.#wrong('- or a symbol', everyColumnCounts, 'a blank');
  }

  #wrongCharacter(character: string): void {
    this.#wrong('- or a symbol', brackets[this.#dialect][character] ?? whyNoSymbol(character), quote(character));
  }

  #wrong(expected: string, advice: string, found = quote(this.#text[this.#at] ?? ''), at = this.#at): void {
    this.mistakes.push({ at, found, expected, advice });
  }
}

const isItem = (character: string): boolean => '|#^!'.includes(character) || isSymbol(character);

const jumpsElsewhere = 'Jumps stand in the time lane, which all lanes share: time -[30s]-.';
const everyColumnCounts =
  'A column is an instant in every lane: write - where nothing happens. A remark stands on a line of its own after #.';
const jumpsBetween = 'A duration stands between blanks, without brackets: a 30s b.';
const parentheses = { '(': 'A group cannot hold a group.', ')': 'There is no ( before it.' };
const brackets: Readonly<Record<Dialect, Readonly<Record<string, string>>>> = {
  file: { ...parentheses, '[': jumpsElsewhere, ']': jumpsElsewhere },
  code: { ...parentheses, '[': jumpsBetween, ']': jumpsBetween },
};
