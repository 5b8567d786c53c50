import type { Position } from './scenario.ts';

/** A marble text inside Markdown. */
export interface Fence {
  readonly text: string;
  /** Where it begins in the Markdown: `parseMarbles(text, { start })` gives positions there. */
  readonly start: Position;
}

const opening = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^`\s]*)[^`]*$/;

/**
 * Finds the fenced code blocks of a Markdown text that are tagged `marble`. Fences inside of longer fences are text, as
 * in CommonMark.
 */
export function marbleFences(markdown: string): Fence[] {
  const fences: Fence[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const [found, indent = '', ticks = '', tag] = opening.exec(lines[i] ?? '') ?? [];
    if (found === undefined) continue;
    const first = i + 1;
    const closing = new RegExp(`^[ \\t]*\\${ticks[0]}{${ticks.length},}[ \\t]*$`);
    for (i = first; i < lines.length && !closing.test(lines[i] ?? ''); i++);
    if (tag !== 'marble') continue;
    // In a list the content is indented as far as the fence; that is not part of it.
    const body = lines
      .slice(first, i)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()));
    fences.push({ text: body.join('\n'), start: { line: first + 1, column: indent.length + 1 } });
  }
  return fences;
}
