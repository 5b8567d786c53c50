import { readFileSync } from 'node:fs';
import { projectFile } from './source-files.ts';

export const readme: string = readFileSync(projectFile('README.md'), 'utf8');

/** A block of code, and the text that leads to it. */
export interface Block {
  /** The heading above it and the line before it, where that ends with a colon. */
  readonly title: string;
  readonly code: string;
}

/** The blocks of a language. */
export function blocksOf(language: string, page: string = readme): readonly Block[] {
  const parts = page.split(/^```/m);
  return parts.flatMap((part, index) => {
    if (index % 2 === 0 || !part.startsWith(`${language}\n`)) return [];
    const before = parts
      .slice(0, index)
      .filter((_, other) => other % 2 === 0)
      .join('\n');
    const heading =
      before
        .match(/^#+ (.+)$/gm)
        ?.at(-1)
        ?.replace(/^#+ /, '') ?? '';
    const lead = before.trimEnd().match(/\n(.+):$/)?.[1];
    return [{ title: [heading, lead].filter(Boolean).join(': '), code: part.slice(language.length + 1) }];
  });
}

/** The rows of the tables under a heading, cell by cell, without their own headings. */
export function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = readme.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const [text = ''] = section.split(/^#+ /m);
  return [...text.matchAll(/^\| (.+) \|$/gm)]
    .map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()))
    .filter((_row, index, rows) => !isHeading(text, rows[index]?.[0] ?? ''));
}

/** A row that a rule follows is the heading of its table. */
const isHeading = (text: string, first: string): boolean =>
  text
    .split('\n')
    .some((line, index, lines) => line.startsWith(`| ${first} |`) && lines[index + 1]?.startsWith('|---'));
