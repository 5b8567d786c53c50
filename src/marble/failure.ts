import { compareLanes, type LaneComparison } from './compare.ts';
import { cut, terminalWidth, wrap } from './draw/text-width.ts';
import { draw } from './failure-drawing.ts';
import { hints, unexpectedError } from './failure-hints.ts';
import { explain, type Reason } from './failure-reason.ts';
import { type Group, type NameOf, nameOfGot, sentence, showError, valueLines } from './failure-sentence.ts';
import { GotSymbols } from './failure-symbols.ts';
import { showSeen } from './match-symbol.ts';
import { MarbleMismatch, type Mismatch } from './mismatch.ts';
import type { Dialect, Scenario } from './scenario.ts';
import type { Trace } from './trace.ts';

export interface FailureOptions {
  /** The file of the scenario, for the stack; without it the scenario is written in code, and the stack stays. */
  readonly file?: string;
  /** What `<id:n>` stands for already. */
  readonly ids?: ReadonlyMap<string, unknown>;
  /** Why it fails, where that is not, or not only, a lane that differs. */
  readonly reason?: Reason;
}

/** So many mismatches are said in words; the drawing has all of them. */
const mostSaid = 4;
/** Runners write this before the first line. */
const prefix = 'MarbleMismatch: ';

/**
 * The error for a scenario that does not hold; `undefined` where it holds and no other reason is given.
 *
 * ```
 * MarbleMismatch: out: a came 1 ms late, at 3 ms instead of 2 ms
 *
 *   in        -a-----b---
 *   out want  --a------b-
 *   out got   ---a-----b-
 *               ^^
 * ```
 */
export function failureOf(
  scenario: Scenario,
  trace: Trace,
  { file, ids, reason }: FailureOptions = {},
): MarbleMismatch | undefined {
  const comparisons = compareLanes(scenario, trace, ids);
  const mismatches = inTime(comparisons);
  if (mismatches.length === 0 && reason === undefined) return undefined;
  const failed = unexpectedError(trace, comparisons)?.seen;
  return new MarbleMismatch(textOf(scenario, trace, comparisons, file === undefined ? 'code' : 'file', reason), {
    position: mismatches[0]?.position ?? scenario.position,
    title: scenario.title,
    mismatches,
    ...(file === undefined ? {} : { file }),
    ...causeOf(reason, failed !== undefined && 'error' in failed ? failed.error : undefined),
  });
}

function causeOf(reason: Reason | undefined, failed: unknown): { readonly cause?: unknown } {
  if (reason !== undefined && 'error' in reason) return { cause: reason.error };
  return failed === undefined ? {} : { cause: failed };
}

const inTime = (comparisons: readonly LaneComparison[]): Mismatch[] =>
  comparisons.flatMap(({ mismatches }) => mismatches).sort((a, b) => a.time - b.time);

function textOf(
  scenario: Scenario,
  trace: Trace,
  comparisons: readonly LaneComparison[],
  dialect: Dialect,
  reason: Reason | undefined,
): string {
  const groups = grouped(inTime(comparisons));
  const why = reason === undefined ? [] : explain(reason, dialect);
  const symbols = new GotSymbols(scenario, trace, comparisons);
  const { timing } = scenario.settings;
  const say = (group: Group, nameOf: NameOf): string =>
    (comparisons.length > 1 ? `${group[0].lane.name}: ` : '') + sentence(group, nameOf, timing);
  const named: NameOf = (got) => nameOfGot(got, symbols.of(got));
  // The first line also stands alone, in a summary, where nobody can see what ① is.
  const shown: NameOf = (got) => {
    if (got.seen.kind === 'error') return cut(showError(got), 40);
    return symbols.isMark(got) && got.seen.kind !== 'waiting' ? showSeen(got.seen, 32) : named(got);
  };
  const [first] = groups;
  const more = groups.length > 1 ? ` (and ${groups.length - 1} more)` : '';
  const headline = why[0] ?? (first === undefined ? '' : say(first, first.length > 1 ? named : shown) + more);
  const lines = [...wrap(prefix + headline), ...why.slice(1).flatMap((line) => wrap(line))];
  if (first === undefined) return lines.join('\n').slice(prefix.length);

  const { lines: lanes, footnotes } = draw(scenario, comparisons, symbols);
  const said = groups.slice(0, mostSaid);
  const isNumbered = groups.length > 1 || reason !== undefined;
  const details = said.flatMap((group, index) => {
    const sentences = isNumbered ? wrap(`${index + 1}. ${say(group, named)}`, 2, '   ') : [];
    const values = valueLines(
      group,
      (got) => symbols.of(got),
      (got) => symbols.isMark(got),
    );
    return [...sentences, ...values.map((line) => (isNumbered ? `   ${line}` : line))];
  });
  const notes = [
    ...(groups.length > mostSaid ? [`... and ${groups.length - mostSaid} more`] : []),
    ...notExplained(said, symbols),
    ...footnotes,
    ...hints(scenario, trace, comparisons, dialect).flatMap((hint) => wrap(`Hint: ${hint}`, 2)),
  ];
  const below = [...details, ...notes].map((line) => cut(`  ${line}`, terminalWidth));
  return [...lines, '', ...lanes, ...below].join('\n').slice(prefix.length);
}

/** What the marks stand for that the drawing shows and no sentence has named. */
function notExplained(said: readonly Group[], { marks }: GotSymbols): string[] {
  const explained = new Set(said.flat().flatMap(({ got }) => got));
  return [...marks]
    .flatMap(([mark, got]) => (explained.has(got) ? [] : [`${mark} = ${showSeen(got.seen, terminalWidth)}`]))
    .slice(0, mostSaid);
}

/** What is missing or too much in a lane, and what is late or early there by the same time, is said together. */
function grouped(mismatches: readonly Mismatch[]): Group[] {
  const groups: Array<[Mismatch, ...Mismatch[]]> = [];
  const shift = ({ want, got }: Mismatch): number => (got[0]?.time ?? 0) - (want[0]?.time ?? 0);
  const isTogether = (a: Mismatch, b: Mismatch): boolean => {
    if (a.cause !== b.cause || a.lane !== b.lane) return false;
    if (a.cause === 'late' || a.cause === 'early') return shift(a) === shift(b);
    return a.cause === 'missing' || a.cause === 'extra';
  };
  for (const mismatch of mismatches) {
    const group = groups.find(([first]) => isTogether(first, mismatch));
    if (group === undefined) groups.push([mismatch]);
    else group.push(mismatch);
  }
  return groups;
}
