import { best, middle, type Result, subjectOf, verdict, worst, wsOf } from './result.ts';

const WIDTHS = [7, 53, 24, 11, 11, 9, 17, 8, 8, 7, 11, 11] as const;

const row = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join(' ')
    .trimEnd();

const share = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '-' : `${(value * 100).toFixed(0)} %`;

export const heading = row([
  '',
  'workload',
  'subject',
  'ws',
  'its own',
  'median',
  'worst .. best',
  'must',
  'aim',
  '',
  'server',
  'load idle',
]);

/** A line for the terminal. The last two columns are those of ws and of the subject. */
export function consoleLine(result: Result): string {
  const { line, subject } = result;
  const { figure } = line;
  const [of, its] = [wsOf(result), subjectOf(result)];
  const bar = (value: number): string => `${figure.better === 'more' ? '>=' : '<='} ${value}`;
  const said = verdict(result);
  return row([
    line.id,
    line.what,
    subject.name,
    figure.reading(of),
    figure.reading(its),
    figure.shown(middle(result)),
    `${figure.shown(worst(result))} .. ${figure.shown(best(result))}`,
    said === '' ? '' : bar(line.must),
    said === '' ? '' : bar(line.aim),
    said,
    `${share(of.busy)} ${share(its.busy)}`,
    `${share(of.idle)} ${share(its.idle)}`,
  ]);
}
