import { printDuration } from './duration.ts';
import type { Jump, Lane, Timeline } from './scenario.ts';

/** Longer gaps than this become jumps. */
const mostDashes = 20;

/**
 * Makes a timeline in which each event has a column: what lies far apart, or off the grid of the tick, is joined by
 * jumps. For scenarios that were not written in a file, and for traces that do not fit the columns of one.
 *
 * ```
 *   events at 0 s and 30 s, tick 1 s      time  -[29s]--
 * ```
 */
export function layOut(tick: number, lanes: readonly Lane[], duration: number): Timeline {
  const widths = new Map([[0, 1]]);
  for (const { time, cell } of lanes.flatMap(({ events }) => events)) {
    widths.set(time, Math.max(widths.get(time) ?? 1, cell.length));
  }
  const times = [...widths.keys()].sort((a, b) => a - b);
  const jumps: Jump[] = [];
  let column = 0;
  let groupsEnd = 0;
  for (const [index, time] of times.entries()) {
    const gap = (times[index + 1] ?? duration) - time;
    groupsEnd = Math.max(groupsEnd, column + (widths.get(time) ?? 1));
    const taken = groupsEnd - column;
    const ticks = gap / tick;
    if (Number.isInteger(ticks) && ticks <= Math.max(taken, mostDashes)) {
      column += ticks;
      continue;
    }
    // A jump right on an event would be harder to read than one behind it, and a group needs its columns.
    const before = gap > taken * tick ? taken : 0;
    const jump = gap - before * tick;
    const columns = printDuration(jump).length + 2;
    jumps.push({ column: column + before, columns, duration: jump });
    column += before + columns;
  }
  return { tick, columns: column, jumps };
}
