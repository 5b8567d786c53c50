import { median } from '../support/statistics.ts';

/** How long and how often; a quick run is for trying things out. */
export interface Settings {
  readonly rounds: number;
  readonly seconds: number;
  /** The part of the amounts of messages that is sent. */
  readonly share: number;
}

/** What one round of a case came to. */
export interface Round {
  readonly value: number;
  /** Messages that were lost, doubled, swapped, or that came where none should: each misses the bar. */
  readonly faults: readonly string[];
  /** What happened besides. */
  readonly note: string;
}

/** A promise keeps in every round; a ratio of times is about the machine as well, and its median counts. */
export type Bar =
  | { readonly most: number; readonly of: 'every round' | 'median' }
  | { readonly least: number; readonly of: 'every round' | 'median' };

/** One line of the table. */
export interface Row {
  readonly name: string;
  /** None: the row is there for comparison. */
  readonly bar: Bar | undefined;
  readonly unit: Unit;
  readonly rounds: readonly Round[];
}

/** A family of rows. It answers each as soon as its rounds are done. */
export type Case = (settings: Settings) => AsyncIterable<Row>;

export const MIB = 1_048_576;

const units = {
  memory: (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`,
  bytes: (bytes: number) => `${bytes.toLocaleString('en')} B`,
  seconds: (seconds: number) => `${seconds.toFixed(2)} s`,
  messages: (messages: number) => messages.toLocaleString('en'),
  ratio: (ratio: number) => ratio.toFixed(3),
} as const;

export type Unit = keyof typeof units;

/** Tells what is held from what V8 has not collected or not given back. */
export function memoryNote({ young }: { readonly young: number }, held: number): string {
  return `young generation +${units.memory(young)}, alive +${units.memory(held)}`;
}

/** V8 takes most of its memory once, whatever the load is. */
export function firstLoadNote(growth: number): string {
  return `first load +${units.memory(growth)}`;
}

export function worst({ bar, rounds }: Row): number {
  const values = rounds.map(({ value }) => value);
  return bar !== undefined && 'least' in bar ? Math.min(...values) : Math.max(...values);
}

export function faultsOf({ rounds }: Row): string[] {
  return rounds.flatMap(({ faults }, round) => faults.map((fault) => `round ${round + 1}: ${fault}`));
}

export function passes(row: Row): boolean {
  const { bar } = row;
  if (faultsOf(row).length > 0) return false;
  if (bar === undefined) return true;
  const value = bar.of === 'median' ? middle(row) : worst(row);
  return 'least' in bar ? value >= bar.least : value <= bar.most;
}

export const heading = cells('', 'bar', 'median', 'worst round', '', 'last round');

export function show(row: Row): string {
  const { name, bar, rounds } = row;
  const value = units[row.unit];
  const limit = bar === undefined ? '' : 'least' in bar ? `>= ${value(bar.least)}` : `<= ${value(bar.most)}`;
  const verdict = passes(row) ? (bar === undefined ? '' : 'ok') : 'MISSED';
  return cells(name, limit, value(middle(row)), value(worst(row)), verdict, rounds.at(-1)?.note ?? '');
}

function middle({ rounds }: Row): number {
  return median(rounds.map(({ value }) => value));
}

function cells(name: string, bar: string, middle: string, worst: string, verdict: string, note: string): string {
  const line = [
    name.padEnd(44),
    bar.padEnd(14),
    middle.padStart(11),
    worst.padStart(12),
    ` ${verdict.padEnd(6)}`,
    note,
  ];
  return line.join('  ').trimEnd();
}
