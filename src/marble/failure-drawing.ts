import type { LaneComparison } from './compare.ts';
import { terminalWidth } from './draw/text-width.ts';
import { type Cell, type Crowd, cellsOfGot, cellsOfLane, type Drawn, drawn, drawRow } from './failure-cells.ts';
import { Grid, type Needed } from './failure-grid.ts';
import { at } from './failure-sentence.ts';
import type { GotSymbols } from './failure-symbols.ts';
import { laneRules } from './lane-kinds.ts';
import type { Mismatch } from './mismatch.ts';
import type { Lane, Scenario } from './scenario.ts';

/** More scripted lanes are shown only where something happens in them. */
const mostScripted = 6;
const longestLabel = 30;

/** The lanes drawn over each other, and the footnotes that they need. */
export interface Drawing {
  readonly lines: readonly string[];
  readonly footnotes: readonly string[];
}

/**
 * Draws the scripted lanes, and what the failing lanes expected over what came.
 *
 * ```
 *   in        -a-----b---
 *   out want  --a------b-
 *   out got   ---a-----b-
 *               ^^
 * ```
 */
export function draw(scenario: Scenario, comparisons: readonly LaneComparison[], symbols: GotSymbols): Drawing {
  const scripted = scriptedLanes(scenario);
  const failing = comparisons
    .filter(({ mismatches }) => mismatches.length > 0)
    .map(({ lane, steps, mismatches }) => ({ lane, mismatches, gots: drawn(steps, scenario, symbols) }));
  const labels = ['time', ...scripted.map(({ name }) => name), ...failing.map(({ lane }) => `${lane.name} want`)];
  const labelWidth = Math.min(longestLabel, Math.max(...labels.map(({ length }) => length)));
  const room = terminalWidth - labelWidth - 4;
  const written = [...scripted, ...failing.map(({ lane }) => lane)];
  const grid = new Grid(
    scenario.timeline,
    [...written.flatMap(roomFor), ...failing.flatMap(({ gots }) => gots.map(one))],
    room,
  );

  const crowds: Crowd[] = [];
  const carets: number[] = [];
  const rows = scripted.map((lane) => [lane.name, rowOf(lane, grid)] as const);
  for (const { lane, mismatches, gots } of failing) {
    const got = cellsOfGot(gots, lane.events, scenario.legend, grid);
    const columns = mismatches.flatMap((mismatch) => caretsOf(mismatch, gots, got.cells, grid));
    carets.push(...columns);
    crowds.push(...got.crowds);
    rows.push([`${lane.name} want`, rowOf(lane, grid)], [`${lane.name} got`, drawRow(got.cells, grid.width)]);
    rows.push(['', caretRow(columns)]);
  }
  if (grid.hasJumps) rows.unshift(['time', grid.time]);

  const view = viewAround(Math.min(...carets), Math.max(...rows.map(([, text]) => text.length)), room);
  return {
    lines: rows.map(([label, text]) => `  ${short(label).padEnd(labelWidth)}  ${seenIn(view, text)}`.trimEnd()),
    footnotes: [
      ...crowds.filter(({ column }) => column >= view.from && column < view.to).map(crowdNote),
      ...(scenario.settings.tick === 1 ? [] : [`A column is ${at(scenario.settings.tick)}.`]),
      ...(view.isCut
        ? [`The lanes go on: this is ${at(grid.timeOf(view.from))} to ${at(grid.timeOf(view.to - 1))}.`]
        : []),
    ],
  };
}

function scriptedLanes({ lanes }: Scenario): readonly Lane[] {
  const scripted = lanes.filter(({ kind }) => laneRules[kind].role === 'scripted');
  return scripted.length <= mostScripted ? scripted : scripted.filter(({ events }) => events.length > 0);
}

const roomFor = ({ events }: Lane): Needed[] => events.map(({ time, cell }) => ({ time, width: cell.length }));
const one = ({ time }: Drawn): Needed => ({ time, width: 1 });

const rowOf = (lane: Lane, grid: Grid): string => drawRow(cellsOfLane(lane.events, grid), grid.width);

/** Under what was expected and under what came; within a group under the symbol itself. */
function caretsOf({ lane, want, got }: Mismatch, gots: readonly Drawn[], cells: readonly Cell[], grid: Grid): number[] {
  const columnOf = (time: number, cell: string | undefined, index: number): number =>
    grid.at(time).column + (cell?.startsWith('(') ? index + 1 : 0);
  return [
    ...want.map((event) => {
      const together = lane.events.filter(({ time }) => time === event.time);
      return columnOf(event.time, event.cell, together.indexOf(event));
    }),
    ...got.flatMap((event) => {
      const found = gots.find((drawn) => drawn.got === event);
      if (found === undefined) return [];
      const together = gots.filter(({ time }) => time === found.time);
      const cell = cells.find(({ column }) => column === grid.at(found.time).column);
      return columnOf(found.time, cell?.text, together.indexOf(found));
    }),
  ];
}

function caretRow(columns: readonly number[]): string {
  const length = Math.max(0, ...columns) + 1;
  return Array.from({ length }, (_, column) => (columns.includes(column) ? '^' : ' ')).join('');
}

/** What of a wide diagram is shown. */
interface View {
  readonly from: number;
  readonly to: number;
  readonly isCut: boolean;
}

/** The first caret, with a third of the room before it. */
function viewAround(caret: number, width: number, room: number): View {
  if (width <= room) return { from: 0, to: width, isCut: false };
  const length = room - 2;
  const from = Math.max(0, Math.min(caret - Math.floor(length / 3), width - length));
  return { from, to: from + length, isCut: true };
}

function seenIn({ from, to, isCut }: View, row: string): string {
  if (!isCut) return row;
  const part = row.slice(from, to);
  const isCarets = /^[ ^]*$/.test(row);
  const [before, after] = isCarets ? [' ', ' '] : [from > 0 ? '…' : ' ', row.length > to ? '…' : ' '];
  return before + part + after;
}

const short = (label: string): string =>
  label.length > longestLabel ? `${label.slice(0, 20)}…${label.slice(-9)}` : label;

function crowdNote({ events }: Crowd): string {
  const times = [...new Set(events.map(({ got }) => got.time))];
  const names = events.map(({ symbol, got }) => (times.length === 1 ? symbol : `${symbol} at ${at(got.time)}`));
  return times.length === 1 ? `⊕ at ${at(times[0] ?? 0)} is ${names.join(' ')}` : `⊕ is ${names.join(', ')}`;
}
