import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { marbleFilesIn } from '../edge/marble-files.ts';
import { fold, pointAt } from '../marble/draw/text-width.ts';
import { marbleFences } from '../marble/fences.ts';
import { splitLines } from '../marble/lines.ts';
import { parseMarbles } from '../marble/parse.ts';
import type { MarbleSyntaxProblem, Position, Scenario } from '../marble/scenario.ts';
import { UsageError } from './command.ts';
import { paint, tell } from './terminal.ts';

/** A file with marbles, read. */
export interface MarbleText {
  /** Absolute. */
  readonly file: string;
  /** As it is said to the user. */
  readonly shownAs: string;
  readonly text: string;
  readonly scenarios: readonly Scenario[];
  readonly problems: readonly MarbleSyntaxProblem[];
}

/** Reads the files that are named, and those in the folders that are. Throws a `UsageError` where there are none. */
export async function readMarbleTexts(
  paths: readonly string[],
  { drafts = false }: { readonly drafts?: boolean } = {},
): Promise<MarbleText[]> {
  if (paths.length === 0) throw new UsageError('A file or folder is missing.');
  const files = (await Promise.all(paths.map((path) => marbleFilesIn(resolve(path))))).flat();
  return Promise.all(files.map((file) => readMarbleText(file, drafts)));
}

async function readMarbleText(file: string, drafts: boolean): Promise<MarbleText> {
  const text = await readFile(file, 'utf8');
  const parts = file.endsWith('.md')
    ? marbleFences(text).map((fence) => parseMarbles(fence.text, { start: fence.start, drafts }))
    : [parseMarbles(text, { drafts })];
  return {
    file,
    shownAs: relative('', file),
    text,
    scenarios: parts.flatMap(({ scenarios }) => scenarios),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** Says each mistake with its place; answers how many there are. */
export function tellProblems(texts: readonly MarbleText[]): number {
  for (const { shownAs, text, problems } of texts) {
    const lines = splitLines(text);
    for (const problem of problems) {
      tellAt(shownAs, problem, problem.message);
      for (const drawn of pointAt(lines[problem.line - 1] ?? '', problem.column)) tell(drawn);
    }
  }
  return texts.reduce((sum, { problems }) => sum + problems.length, 0);
}

/** Says what is wrong at a place of a file. */
export function tellAt(file: string, { line, column }: Position, message: string): void {
  const place = `${file}:${line}:${column}`;
  const text = fold(`${place}  ${message}`);
  tell(paint('cyan', place, process.stderr) + text.slice(place.length));
}

/** `1 scenario`, `2 scenarios`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
