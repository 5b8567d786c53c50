import { printDuration } from '../marble/duration.ts';
import { readLine, splitLines } from '../marble/lines.ts';
import { printScenario } from '../marble/print.ts';
import type { Scenario } from '../marble/scenario.ts';

/** A text with a scenario replaced, and which lines of it have gone and come. */
export interface Replaced {
  readonly text: string;
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

/**
 * Puts the lanes and the legend of a scenario in place of those that a text has under the same title. Its other lines, such
 * as comments, stay where they are.
 */
export function replaceScenario(text: string, before: Scenario, after: Scenario): Replaced {
  const lines = splitLines(text);
  const from = lines.findIndex((line) => titleOf(line) === before.title);
  const next = lines.findIndex((line, index) => index > from && line.startsWith('=='));
  const to = next < 0 ? lines.length : next;
  const drawn = splitLines(printScenario(after)).filter(isDrawing);
  const body = lines.slice(from, to);
  const firstDrawing = body.findIndex(isDrawing);
  const at = firstDrawing < 0 ? 1 : firstDrawing;
  const kept = (line: string): boolean => !isDrawing(line);
  const redrawn = [...body.slice(0, at).filter(kept), ...drawn, ...body.slice(at).filter(kept)];
  const rewritten = withTick(redrawn, before, after);
  return {
    text: [...lines.slice(0, from), ...rewritten, ...lines.slice(to)].join('\n'),
    gone: body.filter((line) => !rewritten.includes(line)),
    come: rewritten.filter((line) => !body.includes(line)),
  };
}

const titleOf = (line: string): string | undefined => {
  const read = readLine(line);
  return read.kind === 'title' ? read.title : undefined;
};

const isDrawing = (line: string): boolean => ['lane', 'legend'].includes(readLine(line).kind);

/** Where events came between the columns, there is a finer tick. */
function withTick(lines: readonly string[], before: Scenario, after: Scenario): string[] {
  if (before.settings.tick === after.settings.tick) return [...lines];
  const isTick = (line: string): boolean => {
    const read = readLine(line);
    return read.kind === 'setting' && read.key === 'tick';
  };
  const [title = '', ...rest] = lines;
  return [title, `tick: ${printDuration(after.settings.tick)}`, ...rest.filter((line) => !isTick(line))];
}
