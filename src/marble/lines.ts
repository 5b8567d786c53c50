import { type Mistake, quote } from './problem.ts';
import type { Position } from './scenario.ts';
import { isSymbol, whyNoSymbol } from './symbol.ts';

/** What one line of a text is, before anybody looks at what it means. */
export type Line =
  | { readonly kind: 'blank' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'prose'; readonly text: string }
  | { readonly kind: 'title'; readonly title: string }
  /** `key: value` at column 1; `at` is where the value begins. */
  | { readonly kind: 'setting'; readonly key: string; readonly at: number }
  /** An indented name, and cells from `at` on. */
  | { readonly kind: 'lane'; readonly name: string; readonly indent: number; readonly at: number }
  /** An indented symbol, `=`, and a value from `at` on. */
  | { readonly kind: 'legend'; readonly symbol: string; readonly indent: number; readonly at: number }
  | ({ readonly kind: 'wrong' } & Mistake);

/** A line of the text, and where it stands there. */
export interface PlacedLine {
  readonly line: Line;
  readonly text: string;
  readonly place: (at: number) => Position;
}

/** Splits a text into lines, without line ends and without a byte order mark. */
export function splitLines(text: string): string[] {
  return (text.startsWith('\ufeff') ? text.slice(1) : text).split(/\r?\n/);
}

const comment = /^#/;
const prose = /^> ?(.*)$/;
const title = /^==(.*)$/;
const setting = /^([A-Za-z][\w-]*) *: */;
const legend = /^( +)(\S) *= */u;
const lane = /^( +)([^\s=]\S*)( +)(?=\S)/;

export function readLine(text: string): Line {
  if (text.trim() === '') return { kind: 'blank' };
  if (comment.test(text)) return { kind: 'comment' };
  const [, words] = prose.exec(text) ?? [];
  if (words !== undefined) return { kind: 'prose', text: words.trimEnd() };
  const [, rest] = title.exec(text) ?? [];
  if (rest !== undefined) return readTitle(text, rest);
  if (/^\s/.test(text)) return readIndented(text);
  const [beginning, key = ''] = setting.exec(text) ?? [];
  if (beginning !== undefined) return { kind: 'setting', key, at: beginning.length };
  return wrong(0, firstWord(text), 'a setting, a title or an indented lane', adviceAtColumn1(text));
}

function readTitle(text: string, rest: string): Line {
  const end = rest.lastIndexOf('==');
  const example = 'Write for example == echo: every message comes back ==.';
  if (end < 0) return wrong(text.trimEnd().length, 'the end of the line', '== after the title', example);
  const after = rest.slice(end + 2);
  if (after.trim() !== '') {
    const at = 2 + end + 2 + after.search(/\S/);
    return wrong(
      at,
      quote(after.trim()),
      'the end of the line after ==',
      'A remark stands on a line of its own after #.',
    );
  }
  const name = rest.slice(0, end).trim();
  return name === '' ? wrong(2, 'no title', 'a title between == and ==', example) : { kind: 'title', title: name };
}

function readIndented(text: string): Line {
  const tab = text.indexOf('\t');
  const start = text.search(/\S/);
  const word = firstWord(text);
  if (text.startsWith('==', start)) return wrong(start, word, '== at column 1', 'A title begins at the left edge.');
  const [bound, space = '', symbol = ''] = legend.exec(text) ?? [];
  const indent = space.length;
  if (bound !== undefined && isSymbol(symbol)) return { kind: 'legend', symbol, indent, at: bound.length };
  if (bound !== undefined) return wrong(indent, `"${symbol}"`, 'a symbol before =', whyNoSymbol(symbol));
  if (tab >= 0) return wrong(tab, 'a tab', 'blanks', whyNoSymbol('\t'));
  if (/^\s+[^\s=]+\s*=\s/.test(text)) {
    return wrong(start, word, 'one symbol before =', 'The legend binds single characters, such as h = "Hello".');
  }
  if (text[start] === '#') return wrong(start, word, '# at column 1', 'A comment begins at the left edge.');
  if (text[start] === '>') return wrong(start, word, '> at column 1', 'Prose begins at the left edge.');
  if (/^ +\w+:( |$)/.test(text)) return wrong(start, word, 'a lane', 'A setting begins at the left edge.');
  const [beginning, , name = ''] = lane.exec(text) ?? [];
  if (beginning !== undefined) return { kind: 'lane', name, indent: start, at: beginning.length };
  return wrong(text.trimEnd().length, 'the end of the line', 'the cells of a lane', 'Write for example in --a--b.');
}

function adviceAtColumn1(text: string): string {
  if (/^(use|tick|timing|ties|url|options|skip) /.test(text)) return 'A setting has a colon behind its key.';
  if (/^\S+ +[-^|(\w]/.test(text)) return 'A lane is indented by two blanks, a comment begins with #, prose with >.';
  if (/^\S *=/.test(text)) return 'A line of the legend is indented by two blanks.';
  return 'A comment begins with #, prose with >.';
}

const firstWord = (text: string): string => quote(text.trim().split(/\s/, 1)[0] ?? '');

const wrong = (at: number, found: string, expected: string, advice: string): Line => {
  return { kind: 'wrong', at, found, expected, advice };
};
