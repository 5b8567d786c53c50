import { isInTime, type Step } from './compare-lane.ts';
import type { Grid } from './failure-grid.ts';
import type { GotSymbols } from './failure-symbols.ts';
import type { LaneEvent, Scenario } from './scenario.ts';
import { byInstant } from './to-marble-cells.ts';
import type { TraceEvent } from './trace.ts';

/** What stands in one column of a row. */
export interface Cell {
  readonly column: number;
  readonly text: string;
}

/** A seen event, where it is drawn, and the symbol that stands for it. */
export interface Drawn {
  readonly got: TraceEvent;
  /** In ms. */
  readonly time: number;
  readonly symbol: string;
}

/** What does not fit into one cell, or does not begin with a column; a footnote says it exactly. */
export interface Crowd {
  readonly column: number;
  readonly events: readonly Drawn[];
}

const crowdMark = '⊕';

/**
 * When each seen event is drawn. What came in time stands right under what was expected, even where the time may differ;
 * and where only the order counts, anything else stands behind what came before it.
 */
export function drawn(steps: readonly Step[], { settings }: Scenario, symbols: GotSymbols): Drawn[] {
  const { timing, tick } = settings;
  let last = 0;
  return steps.flatMap(({ want, got }, index) => {
    if (got === undefined) return [];
    const next = steps.slice(index + 1).find((step) => step.want !== undefined)?.want?.time ?? Number.POSITIVE_INFINITY;
    const behind = last + tick < next ? last + tick : last;
    const own = timing === 'order' ? behind : got.time;
    const isInPlace = want !== undefined && want.time >= last && isInTime(got.time - want.time, timing);
    last = isInPlace ? want.time : Math.max(last, own);
    return [{ got, time: last, symbol: symbols.of(got) }];
  });
}

/** The cells of a lane as it is written. */
export function cellsOfLane(events: readonly LaneEvent[], grid: Grid): Cell[] {
  return byInstant(events).map(([first]) => ({ column: grid.at(first?.time ?? 0).column, text: first?.cell ?? '-' }));
}

/** The cells of what was seen. */
export function cellsOfGot(
  events: readonly Drawn[],
  wants: readonly LaneEvent[],
  legend: Scenario['legend'],
  grid: Grid,
): { readonly cells: readonly Cell[]; readonly crowds: readonly Crowd[] } {
  const byColumn = new Map<number, Drawn[]>();
  for (const event of events) {
    const { column } = grid.at(event.time);
    byColumn.set(column, [...(byColumn.get(column) ?? []), event]);
  }
  const columns = [...byColumn.keys()].sort((a, b) => a - b);
  const crowds: Crowd[] = [];
  const cells = columns.map((column, index): Cell => {
    const together = byColumn.get(column) ?? [];
    const room = (columns[index + 1] ?? Number.POSITIVE_INFINITY) - column;
    const isExact = together.every(({ time }) => grid.at(time).isExact);
    const options = isExact ? cellsFor(together, wants, legend) : [];
    const text = options.find((cell) => cell.length === 1 || (cell.length <= room && grid.isFree(column, cell.length)));
    if (text === undefined) crowds.push({ column, events: together });
    return { column, text: text ?? crowdMark };
  });
  return { cells, crowds };
}

/** How events of one instant can be written, the best way first: as expected, as a known sequence, as a group. */
function cellsFor(events: readonly Drawn[], wants: readonly LaneEvent[], legend: Scenario['legend']): string[] {
  const [first] = events;
  const symbols = events.map(({ symbol }) => symbol);
  if (first === undefined || symbols.length === 1) return symbols;
  const wanted = wants.filter(({ time }) => time === first.time);
  const isWanted = wanted.map(({ symbol }) => symbol).join('') === symbols.join('');
  const items = symbols.join(' ');
  const sequence = legend.find(({ value }) => value.kind === 'sequence' && value.items.join(' ') === items);
  return [
    ...(isWanted && wanted[0] !== undefined ? [wanted[0].cell] : []),
    ...(sequence === undefined ? [] : [sequence.symbol]),
    `(${symbols.join('')})`,
  ];
}

/** Puts cells into a row of dashes. */
export function drawRow(cells: readonly Cell[], width: number): string {
  let row = '';
  for (const { column, text } of cells) row = row.slice(0, column).padEnd(column, '-') + text;
  return row.padEnd(width, '-');
}
