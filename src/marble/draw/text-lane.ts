import type { Lane, LaneEvent } from '../scenario.ts';
import type { Axis } from './axis.ts';
import { instantsOf } from './instants.ts';

/** A lane in characters, one per column, and what did not fit. */
export interface TextLane {
  readonly cells: readonly string[];
  /** What stands for `⊕`: the cells, with their columns. */
  readonly notes: ReadonlyArray<{ readonly time: number; readonly cell: string }>;
}

/** Stands for a group that is wider than the columns up to the next event. */
export const crowded = '⊕';

/** Draws a lane. Before its party connects, and after its end, there is nothing. */
export function textLane(lane: Lane, connected: number | undefined, axis: Axis): TextLane {
  const instants = instantsOf(lane);
  const cells: string[] = [];
  const notes: Array<{ readonly time: number; readonly cell: string }> = [];
  const isJump = (column: number): boolean => axis.jumps.some(({ from, to }) => column >= from && column < to);
  let state: Filling = connected === undefined ? fillingOf(lane.kind) : fillings.none;
  const fillUntil = (column: number): void => {
    while (cells.length < column) cells.push(state[isJump(cells.length) ? 1 : 0]);
  };
  if (connected !== undefined) {
    fillUntil(axis.at(connected));
    state = fillingOf(lane.kind);
    if (instants[0]?.time !== connected && !isBand(lane)) cells.push(glyphs.connect);
  }
  for (const [index, { time, events }] of instants.entries()) {
    fillUntil(axis.at(time));
    const cell = cellOf(events);
    const next = instants[index + 1];
    const space = (next === undefined ? axis.columns : axis.at(next.time)) - cells.length;
    if (cell.length <= space) cells.push(...cell);
    else {
      cells.push(crowded);
      notes.push({ time, cell: cell.join('') });
    }
    state = fillingAfter(lane.kind, events, next === undefined) ?? state;
  }
  fillUntil(axis.columns);
  return { cells, notes };
}

/** Whether the lane's own drawing shows where it begins. */
export const isBand = ({ kind }: Lane): boolean => kind === 'sub' || kind === 'peer' || kind === 'buf';

/** What stands where nothing happens, and the same within a jump. */
type Filling = readonly [instant: string, jump: string];

const fillings = {
  line: ['─', '┄'],
  none: [' ', ' '],
  faint: ['╌', '┄'],
  subscribed: ['━', '┅'],
  unread: ['░', '░'],
} as const satisfies Record<string, Filling>;

const fillingOf = (kind: Lane['kind']): Filling => (kind === 'drop' ? fillings.faint : fillings.line);

function fillingAfter(kind: Lane['kind'], events: readonly LaneEvent[], isLast: boolean): Filling | undefined {
  const value = events.at(-1)?.value;
  switch (value?.kind) {
    case 'subscribe':
      return fillings.subscribed;
    case 'unsubscribe':
    case 'resume':
      return fillings.line;
    case 'stop':
    case 'take':
      return fillings.unread;
    case 'waiting': {
      const bar = '─▁▂▃▄▅▆▇█'[Math.min(8, value.count)] ?? '─';
      return [bar, bar];
    }
    case 'end':
    case 'close':
    case 'error':
    case 'lost':
    case 'reject':
    case 'terminate':
      return isLast ? fillings.none : undefined;
    default:
      return kind === 'drop' ? fillings.faint : undefined;
  }
}

const glyphs = {
  end: '┃',
  error: '╳',
  lost: '╱',
  connect: '┝',
  subscribe: '┝',
  unsubscribe: '┥',
} as const;

/** What stands at an instant, one character per column. */
function cellOf(events: readonly LaneEvent[]): string[] {
  const [first] = events;
  if (first === undefined) return [];
  const cell = [...first.cell];
  if (cell.length === 1) return first.symbol === first.cell ? [glyphOf(first)] : cell;
  // Within a group the marks are drawn too; of a letter for a sequence there are several events.
  return cell.map((symbol) => {
    const event = events.find((each) => each.symbol === symbol);
    return event === undefined ? symbol : glyphOf(event);
  });
}

function glyphOf({ symbol, value }: LaneEvent): string {
  // An error that has a line in the legend keeps its symbol.
  if (value.kind in glyphs && '|#^!'.includes(symbol)) return glyphs[value.kind as keyof typeof glyphs];
  return symbol;
}
