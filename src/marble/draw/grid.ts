import type { Jump, Timeline } from '../scenario.ts';

/** Gaps of more columns than these are drawn as a jump. */
const longestGap = 12;
const jumpColumns = 3;

/** Columns for times that lie on none, as those of a recording: long gaps become jumps. */
export function gridFor(times: readonly number[], duration: number): Timeline {
  const ends = [...new Set([...times, duration])].sort((a, b) => a - b);
  const tick = Math.max(1, ends.reduce(greatestDivisor, 0));
  const jumps: Jump[] = [];
  let columns = 0;
  let now = 0;
  for (const time of ends) {
    const gap = (time - now) / tick;
    if (gap > longestGap) {
      // The event before the gap keeps a column of its own.
      jumps.push({ column: columns + 1, columns: jumpColumns, duration: time - now - tick });
      columns += 1 + jumpColumns;
    } else columns += gap;
    now = time;
  }
  return { tick, columns, jumps };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
