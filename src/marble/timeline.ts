import { readDuration } from './duration.ts';
import { attempt, type Mistake } from './problem.ts';
import { Reader } from './reader.ts';
import type { Jump, Timeline } from './scenario.ts';

/**
 * When a column begins, in ms; the number of columns gives the end of the scenario.
 *
 * ```
 *   time  -[29s]-[9s]--      tick: 1s
 *   wire  ------P----T-      P at 30 s, T at 40 s
 * ```
 */
export function timeAt({ tick, jumps }: Timeline, column: number): number {
  let time = column * tick;
  for (const jump of jumps) {
    if (jump.column + jump.columns <= column) time += jump.duration - jump.columns * tick;
  }
  return time;
}

/** The column that begins at a time, or the number of columns for the end; `undefined` where none begins. */
export function columnAt(timeline: Timeline, time: number): number | undefined {
  const { tick, columns, jumps } = timeline;
  let start = 0;
  for (const end of [...jumps.map(({ column }) => column), columns]) {
    const column = start + (time - timeAt(timeline, start)) / tick;
    if (Number.isInteger(column) && column >= start && column <= end) return column;
    start = end + (jumps.find((jump) => jump.column === end)?.columns ?? 0);
  }
  return undefined;
}

/** The jump that a column lies in without being its first. */
export function jumpAround(jumps: readonly Jump[], column: number): Jump | undefined {
  return jumps.find((jump) => column > jump.column && column < jump.column + jump.columns);
}

/** What a time lane says, or the first thing in it that is neither `-` nor a jump. */
export function readTimeLane(
  text: string,
  at: number,
): { readonly columns: number; readonly jumps: readonly Jump[] } | Mistake {
  const reader = new Reader(text.trimEnd(), at);
  const jumps: Jump[] = [];
  const read = attempt(() => {
    while (!reader.done) {
      if (reader.take(/-+/y) === undefined) jumps.push(readJump(reader, at));
    }
  });
  return 'mistake' in read ? read.mistake : { columns: reader.at - at, jumps };
}

function readJump(reader: Reader, start: number): Jump {
  const { at } = reader;
  reader.need(/\[/y, '- or a jump such as [30s]', 'Only time stands in the time lane.');
  const duration = readDuration(reader);
  reader.need(/\]/y, ']');
  return { column: at - start, columns: reader.at - at, duration };
}
