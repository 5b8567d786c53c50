/** Characters that take two columns of a terminal, or about two letters of a monospaced font. */
const wide =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3ffff}]/u;
const joining = /\p{Mn}|\p{Me}|[\u200b-\u200d]/u;
const plain = /^[\x20-\x7e]*$/;

/** How many columns of a terminal a text takes. In a picture a column is `letterWidth` of the font's size. */
export function columnsOf(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += wide.test(character) ? 2 : joining.test(character) ? 0 : 1;
  return columns;
}

/** Cuts a text that takes more columns than it may, and shows that with an ellipsis. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  let left = columns - 1;
  for (const character of text) {
    left -= columnsOf(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept.replace(/[\u200d\s]+$/, '')}…`;
}

/** The width of a letter in parts of the font's size: no common monospaced font is wider. */
export const letterWidth = 0.61;

/**
 * Replaces what must not reach a terminal or an SVG file: control characters, characters that turn the direction of
 * what follows, halves of pairs.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, '\ufffd');
}

/** How wide a failure may be, in columns of the terminal. */
export const terminalWidth = 80;

/** Breaks a text at blanks, so that it fits the terminal. */
export function wrap(text: string, taken = 0, indent = ''): string[] {
  // What is taken before the first line, such as an indent, may be taken before the others too.
  const room = terminalWidth - taken;
  return filled(printable(text).split(/\s+/), room, indent).map((line) => cut(line, room));
}

/** Breaks the lines of prose that do not fit the terminal; what has no blank, such as a path, stays whole. */
export function fold(text: string, indent = ''): string {
  return text
    .split('\n')
    .flatMap((line) => filled(line.split(' '), terminalWidth, indent))
    .join('\n');
}

/** Puts as many words on each line as fit. */
function filled([first = '', ...words]: readonly string[], room: number, indent: string): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    if (columnsOf(line) + 1 + columnsOf(word) > room) {
      lines.push(line);
      line = indent + word;
    } else line += ` ${word}`;
  }
  return [...lines, line];
}

/** How much of a long line is shown before the place that matters. */
const before = 50;

/** Shows a line of a text and a caret below one of its columns, which count from 1; of a long line the part around it. */
export function pointAt(text: string, column: number): readonly [line: string, caret: string] {
  const room = terminalWidth - 2;
  const shown = printable(text.trimEnd());
  const at = columnsOf(shown.slice(0, column - 1));
  const isLong = columnsOf(shown) > room && at > before;
  const from = isLong ? [...shown.slice(0, column - 1)].slice(1 - before) : undefined;
  const line = from === undefined ? shown : `…${from.join('')}${shown.slice(column - 1)}`;
  return [`  ${cut(line, room)}`, `  ${' '.repeat(from === undefined ? at : columnsOf(from.join('')) + 1)}^`];
}
