import { laneRules } from './lane-kinds.ts';
import type { Lane, LaneEvent, LegendEntry, Timeline } from './scenario.ts';
import { columnAt } from './timeline.ts';

/** Splits events into those of the same instant. */
export function byInstant<Event extends { readonly time: number }>(events: readonly Event[]): Event[][] {
  const instants: Event[][] = [];
  for (const event of events) {
    const last = instants.at(-1);
    if (last?.[0]?.time === event.time) last.push(event);
    else instants.push([event]);
  }
  return instants;
}

/**
 * Says what stands in a lane at each instant: a symbol, the cell that stood there before, a group where the columns that
 * it takes are free, or else the letter of a sequence.
 *
 * @param timeline The columns; `undefined` where they are made to fit afterwards.
 * @param bind Binds a new letter.
 */
export function cellsOf(
  lane: Lane,
  before: Lane | undefined,
  timeline: Timeline | undefined,
  legend: readonly LegendEntry[],
  bind: (value: LegendEntry['value'], hint: string) => string,
): LaneEvent[] {
  const made = new Map<string, string>();
  const instants = byInstant(lane.events);
  return instants.flatMap((events, index) => {
    const [first] = events;
    if (first === undefined || (events.length === 1 && first.cell === first.symbol)) return events;
    const symbols = events.map(({ symbol }) => symbol);
    const inCell = (cell: string): LaneEvent[] => events.map((event) => ({ ...event, cell }));
    const old = before?.events.filter(({ time }) => time === first.time) ?? [];
    if (old[0] !== undefined && old.map(({ symbol }) => symbol).join('') === symbols.join(''))
      return inCell(old[0].cell);
    const group = `(${symbols.join('')})`;
    const next = instants[index + 1]?.[0]?.time;
    if (laneRules[lane.kind].values.length === 0 || hasRoom(group, first.time, next, timeline)) return inCell(group);
    const items = symbols.join(' ');
    const known = legend.find(({ value }) => value.kind === 'sequence' && value.items.join(' ') === items);
    const letter = known?.symbol ?? made.get(items) ?? bind({ kind: 'sequence', items: symbols }, symbols.join(''));
    made.set(items, letter);
    return inCell(letter);
  });
}

function hasRoom(group: string, time: number, next: number | undefined, timeline: Timeline | undefined): boolean {
  if (timeline === undefined) return false;
  const column = columnAt(timeline, time) ?? 0;
  const end = column + group.length;
  if (end > timeline.columns || end > ((next === undefined ? undefined : columnAt(timeline, next)) ?? end))
    return false;
  return !timeline.jumps.some((jump) => column < jump.column + jump.columns && end > jump.column + 1);
}
