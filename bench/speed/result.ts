import { median } from '../support/statistics.ts';
import type { Reading } from './contest.ts';
import { type Subject, sluice } from './subjects.ts';
import type { Line } from './workloads.ts';

/** A line of the table: what a subject came to, beside ws, round by round. */
export interface Result {
  readonly line: Line;
  readonly subject: Subject;
  readonly rounds: ReadonlyArray<readonly [ws: Reading, subject: Reading]>;
}

/** Below this share of a core, something else was running, and the ratio scatters more. */
const UNDISTURBED = 0.9;
/** Below this share of its time, the load generator may be what was waited for. */
const IDLE = 0.05;

export type Verdict = 'aim' | 'must' | 'SHORT' | '';

const valuesOf = ({ line, rounds }: Result): number[] => rounds.map(([ws, subject]) => line.figure.of(ws, subject));

export const middle = (result: Result): number => median(valuesOf(result));

const isMore = ({ line }: Result): boolean => line.figure.better === 'more';

export const worst = (result: Result): number => (isMore(result) ? Math.min : Math.max)(...valuesOf(result));

export const best = (result: Result): number => (isMore(result) ? Math.max : Math.min)(...valuesOf(result));

/** The bars are sluice's; of others the figure only stands beside it. */
export function verdict(result: Result): Verdict {
  if (result.subject.name !== sluice.name) return '';
  const { must, aim } = result.line;
  const reaches = (bar: number): boolean => (isMore(result) ? middle(result) >= bar : middle(result) <= bar);
  return reaches(aim) ? 'aim' : reaches(must) ? 'must' : 'SHORT';
}

/** The reading in the middle of all rounds, number by number. */
export function middleReading(readings: readonly Reading[]): Reading {
  const of = (key: keyof Reading): number => median(readings.map((reading) => reading[key] ?? Number.NaN));
  return { cost: of('cost'), busy: of('busy'), idle: of('idle'), p99: of('p99') };
}

export const wsOf = ({ rounds }: Result): Reading => middleReading(rounds.map(([ws]) => ws));

export const subjectOf = ({ rounds }: Result): Reading => middleReading(rounds.map(([, subject]) => subject));

/** Why the figures are to be taken with care. */
export function doubtsOf(results: readonly Result[]): string[] {
  const busy = median(results.map((result) => wsOf(result).busy ?? Number.NaN).filter((share) => !Number.isNaN(share)));
  const noise = `The servers of ws had ${(busy * 100).toFixed(0)} % of a core: the machine is not quiet.`;
  const full = results.filter((result) => (subjectOf(result).idle ?? 1) < IDLE);
  return [
    ...(busy < UNDISTURBED ? [noise] : []),
    ...full.map(({ line, subject }) => `${line.id} ${subject.name}: the load generator was never idle.`),
  ];
}
