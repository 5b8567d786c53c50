import { printDuration } from './duration.ts';
import type { Timeline } from './scenario.ts';
import { jumpAround, timeAt } from './timeline.ts';

/** A column as a failure draws it. */
interface Column {
  /** When it begins, in ms. */
  readonly time: number;
  /** Only the first column of a jump is an instant. */
  readonly isInstant: boolean;
  /** What the time lane has there. */
  readonly mark: string;
}

/** What needs room: an instant, and the width of what stands there. */
export interface Needed {
  readonly time: number;
  readonly width: number;
}

/** A stretch without events that is longer than this becomes a jump where room is scarce. */
const longIdle = 10;

/**
 * The columns of a failure: those of the scenario, but where that would be wider than it may be, long times in which
 * nothing happens become jumps.
 */
export class Grid {
  readonly width: number;
  readonly hasJumps: boolean;
  readonly #columns: readonly Column[];

  constructor(timeline: Timeline, needed: readonly Needed[], most: number) {
    const columns = columnsOf(timeline);
    this.#columns = columns;
    if (columns.length > most)
      this.#columns = shortened(columns, this.#busy(needed), timeAt(timeline, timeline.columns));
    this.width = this.#columns.length;
    this.hasJumps = this.#columns.some(({ mark }) => mark !== '-');
  }

  /** The column that shows a time, and whether it begins exactly then. */
  at(time: number): { readonly column: number; readonly isExact: boolean } {
    const column = Math.max(
      0,
      this.#columns.findLastIndex((column) => column.isInstant && column.time <= time),
    );
    const start = this.#columns[column]?.time ?? 0;
    const isExact = start === time;
    // Within a jump it is drawn behind the first column, which is an instant of its own.
    const isInJump = !isExact && this.#columns[column + 1]?.isInstant === false;
    return { column: isInJump ? column + 1 : column, isExact };
  }

  /** Whether the columns after this one, up to a width, are instants that something could stand at. */
  isFree(column: number, width: number): boolean {
    const columns = this.#columns.slice(column, column + width);
    return columns.length === width && columns.every(({ isInstant }, index) => index === 0 || isInstant);
  }

  /** The time lane. */
  get time(): string {
    return this.#columns.map(({ mark }) => mark).join('');
  }

  /** When a column begins, in ms. */
  timeOf(column: number): number {
    return this.#columns[column]?.time ?? 0;
  }

  #busy(needed: readonly Needed[]): ReadonlySet<number> {
    return new Set(
      needed.flatMap(({ time, width }) => Array.from({ length: width }, (_, offset) => this.at(time).column + offset)),
    );
  }
}

function columnsOf(timeline: Timeline): Column[] {
  return Array.from({ length: timeline.columns }, (_, column) => {
    const jump = timeline.jumps.find((jump) => column >= jump.column && column < jump.column + jump.columns);
    const label = jump && `[${printDuration(jump.duration).padStart(jump.columns - 2, '0')}]`;
    return {
      time: timeAt(timeline, column),
      isInstant: jumpAround(timeline.jumps, column) === undefined,
      mark: label?.[column - (jump?.column ?? 0)] ?? '-',
    };
  });
}

function shortened(columns: readonly Column[], busy: ReadonlySet<number>, end: number): Column[] {
  const result: Column[] = [];
  const isIdle = (index: number): boolean => columns[index]?.mark === '-' && !busy.has(index);
  let index = 0;
  while (index < columns.length) {
    let to = index;
    while (to < columns.length && isIdle(to)) to += 1;
    // A column on either side shows that nothing happens there.
    const jump = to - index > longIdle ? jumpOver(columns, index + 1, to - 1, end) : [];
    if (jump.length === 0) result.push(...columns.slice(index, Math.max(to, index + 1)));
    else result.push(columns[index] as Column, ...jump, columns[to - 1] as Column);
    index = Math.max(to, index + 1);
  }
  return result;
}

/** The columns of a jump from one column to another; none where they would not be fewer. */
function jumpOver(columns: readonly Column[], from: number, to: number, end: number): Column[] {
  const time = columns[from]?.time ?? 0;
  const label = [...`[${printDuration((columns[to]?.time ?? end) - time)}]`];
  if (label.length >= to - from) return [];
  return label.map((mark, index) => ({ time, isInstant: index === 0, mark }));
}
