import { type Line, readLine, splitLines } from './lines.ts';
import { parseMarbles } from './parse.ts';
import { alignLanes } from './print.ts';

/**
 * Aligns the lanes of each scenario and puts blanks where they belong. Comments, prose, blank lines and the order of
 * lines stay, and so does the meaning. A scenario with a problem is left as it stands.
 *
 * ```
 *   before             after
 *   in --a--b            in   --a--b
 *   out ----a--b         out  ----a--b
 * ```
 */
export function format(text: string): string {
  const lines = splitLines(text);
  const wrong = new Set(parseMarbles(text).problems.map(({ line }) => line - 1));
  const formatted: string[] = [];
  for (let start = 0; start < lines.length; ) {
    const next = lines.findIndex((line, index) => index > start && line.startsWith('=='));
    const end = next < 0 ? lines.length : next;
    const block = lines.slice(start, end);
    const isWrong = block.some((_, index) => wrong.has(start + index));
    formatted.push(...(isWrong ? block : formatBlock(block)));
    start = end;
  }
  const last = formatted.findLastIndex((line) => line.trim() !== '');
  return formatted
    .slice(0, last + 1)
    .map((line) => `${line}\n`)
    .join('');
}

function formatBlock(texts: readonly string[]): string[] {
  const lines = texts.map((text) => ({ text: text.trimEnd(), line: readLine(text) }));
  const rows = lines.flatMap(({ text, line }) =>
    line.kind === 'lane' ? [[line.name, text.slice(line.at)] as const] : [],
  );
  const aligned = alignLanes(rows).values();
  return lines.map(({ text, line }) =>
    line.kind === 'lane' ? (aligned.next().value ?? text) : formatLine(text, line),
  );
}

function formatLine(text: string, line: Line): string {
  if (line.kind === 'title') return `== ${line.title} ==`;
  if (line.kind === 'prose') return `> ${line.text}`.trimEnd();
  if (line.kind === 'setting') return `${line.key}: ${text.slice(line.at)}`;
  if (line.kind === 'legend') return `  ${line.symbol} = ${text.slice(line.at)}`;
  return text;
}
