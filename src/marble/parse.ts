import { type Line, type PlacedLine, readLine, splitLines } from './lines.ts';
import { ScenarioReader } from './parse-scenario.ts';
import { problemAt, type Report } from './problem.ts';
import type { MarbleFile, MarbleSyntaxProblem, Position, Scenario } from './scenario.ts';
import { defaultSettings } from './settings.ts';
import { SettingsReader } from './settings-reader.ts';

export interface ParseOptions {
  /** Where the text begins in its file: positions count from there. @default { line: 1, column: 1 } */
  readonly start?: Position;
  /** Lets scenarios through that assert nothing yet, so that their `out` can be drawn. @default false */
  readonly drafts?: boolean;
}

/**
 * Reads a `.marble` text. It never throws: what is wrong becomes a problem with its position, the scenario with a
 * problem is left out, and the others are read.
 *
 * ```ts
 * const { scenarios, problems } = parseMarbles(`
 * == echo ==
 *   in   --a--b--|
 *   out  --a--b--|
 * `);
 * ```
 *
 * In a lane that is shorter than the longest one, nothing happens in the missing columns: they are dashes.
 */
export function parseMarbles(
  text: string,
  { start = { line: 1, column: 1 }, drafts = false }: ParseOptions = {},
): MarbleFile {
  const problems: MarbleSyntaxProblem[] = [];
  const report: Report = (position, mistake) => problems.push(problemAt(position, mistake));
  const lines = splitLines(text).map((line, index) => placed(line, index, start));
  const titles = lines.flatMap((line, index) => (startsScenario(line) ? [index] : []));

  const head = new SettingsReader(report);
  readHead(lines.slice(0, titles[0]), head, report);
  const settings = { ...defaultSettings, ...head.settings };

  const scenarios: Scenario[] = [];
  const seen = new Map<string, number>();
  for (const [index, from] of titles.entries()) {
    const before = problems.length;
    const [first, ...body] = lines.slice(from, titles[index + 1]);
    const title = first?.line.kind === 'title' ? first.line.title : '';
    const position = first?.place(0) ?? start;
    const reportHere: Report = (at, mistake) => problems.push({ ...problemAt(at, mistake), title });
    const reader = new ScenarioReader(title, position, reportHere);
    if (first?.line.kind === 'wrong') reader.read(first);
    const earlier = seen.get(title);
    if (earlier !== undefined && title !== '') {
      const advice = `The first is in line ${earlier}. Titles tell scenarios apart.`;
      reportHere(position, { at: 0, found: 'the same title again', expected: 'a title of its own', advice });
    }
    seen.set(title, position.line);
    for (const line of body) reader.read(line);
    const scenario = reader.finish(settings, drafts);
    // A setting of the file that could not be read would be missing where the scenario has none of its own.
    const isWhole = [...head.broken].every((key) => reader.settings.written.has(key));
    if (problems.length === before && isWhole) scenarios.push(scenario);
  }
  return { settings, scenarios, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

function placed(text: string, index: number, start: Position): PlacedLine {
  const place = (at: number): Position => ({ line: start.line + index, column: start.column + at });
  return { line: readLine(text), text, place };
}

const startsScenario = ({ text }: PlacedLine): boolean => text.startsWith('==');

function readHead(lines: readonly PlacedLine[], settings: SettingsReader, report: Report): void {
  let isToldOfTitle = false;
  for (const placedLine of lines) {
    const { line, place } = placedLine;
    if (line.kind === 'setting') settings.read(line.key, line.at, placedLine);
    else if (line.kind === 'wrong') report(place(line.at), line);
    else if (line.kind !== 'blank' && line.kind !== 'comment' && !isToldOfTitle) {
      const advice = 'It belongs to a scenario. Write for example == echo == above it.';
      report(place(0), { at: 0, found: headNames[line.kind], expected: 'a title first', advice });
      // One title is missing, however many lines follow.
      isToldOfTitle = true;
    }
  }
}

const headNames: Readonly<Record<Exclude<Line['kind'], 'setting' | 'wrong' | 'blank' | 'comment'>, string>> = {
  lane: 'a lane',
  legend: 'a line of the legend',
  prose: 'prose',
  title: 'a title',
};
