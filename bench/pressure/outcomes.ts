/** What an overflow policy promises about the messages that arrive, by their numbers. */
export interface Outcome {
  /** Whether the channel is closed instead. */
  readonly closes: boolean;
  readonly bounded: boolean;
  faults(arrived: readonly number[], pushed: number): string[];
}

/** With messages of 1 KiB: what is unsent at `outCeiling`, less what the socket has already. */
const WAITING_AT_CEILING = 950;

/** The numbers from `first` up to, and without, `end`. */
const range = (first: number, end: number): number[] => Array.from({ length: end - first }, (_, i) => first + i);

const same = (arrived: readonly number[], expected: readonly number[]): string[] => {
  const length = Math.max(arrived.length, expected.length);
  const at = range(0, length).find((index) => arrived[index] !== expected[index]);
  if (at === undefined) return [];
  return [`At place ${at} of ${arrived.length} came message ${arrived[at]} where ${expected[at]} was due.`];
};

/** How many messages arrived before the first that did not. */
const unbroken = (arrived: readonly number[]): number => {
  const gap = arrived.findIndex((number, index) => number !== index);
  return gap < 0 ? arrived.length : gap;
};

const beginning = (arrived: readonly number[]): string[] => same(arrived, range(0, arrived.length));

/** What is left of the messages from `first` on, when each replaces the one with its key that still waits. */
const coalesced = (first: number, pushed: number): number[] => {
  const waiting = new Map<unknown, number>();
  for (const number of range(first, pushed)) {
    if (number % 1_000 === 0) waiting.set(`must arrive ${number}`, number);
    else waiting.set(number % 100, number);
  }
  return [...waiting.values()];
};

/** What came after the first gap, which has to be this. */
const afterGap = (
  arrived: readonly number[],
  expected: (first: number, kept: number) => readonly number[],
): string[] => {
  const first = unbroken(arrived);
  return same(arrived, [...range(0, first), ...expected(first, arrived.length - first)]);
};

const atLeast = (kept: number): string[] => (kept < WAITING_AT_CEILING ? [`Only ${kept} messages were kept.`] : []);

const bounded = { closes: false, bounded: true } as const;

export const outcomes = {
  closeSlow: { closes: true, bounded: true, faults: beginning },
  dropNewest: { ...bounded, faults: (arrived) => [...beginning(arrived), ...atLeast(arrived.length)] },
  dropOldest: {
    ...bounded,
    faults: (arrived, pushed) => [
      ...afterGap(arrived, (_, kept) => range(pushed - kept, pushed)),
      ...atLeast(arrived.length - unbroken(arrived)),
    ],
  },
  latest: { ...bounded, faults: (arrived, pushed) => afterGap(arrived, () => [pushed - 1]) },
  coalesceBy: { ...bounded, faults: (arrived, pushed) => afterGap(arrived, (first) => coalesced(first, pushed)) },
  unbounded: { closes: false, bounded: false, faults: (arrived, pushed) => same(arrived, range(0, pushed)) },
} satisfies Readonly<Record<string, Outcome>>;
