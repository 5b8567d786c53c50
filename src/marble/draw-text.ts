import { type Axis, axisOf } from './draw/axis.ts';
import { connectTimes } from './draw/connect-times.ts';
import { crowded, isBand, textLane } from './draw/text-lane.ts';
import { jumpColumns, textRuler } from './draw/text-ruler.ts';
import { columnsOf, cut, printable } from './draw/text-width.ts';
import { timeLabel } from './draw/time-label.ts';
import { printValue } from './print-value.ts';
import type { Lane, Scenario } from './scenario.ts';

/** The lines are no longer than those of a terminal. */
const terminalWidth = 80;

/**
 * Draws a scenario in the characters of a terminal, at most 80 columns wide; a longer one goes on below.
 *
 * ```
 * print each message and greet once
 *
 *         0    5 ms
 *         ╷    ╷
 *   in   ┝──a──b──┃
 *   out  ┝h───────┃
 *   log  ┝──a──b───
 *
 *   h  "Hello"
 * ```
 */
export function toText(scenario: Scenario): string {
  const { lanes, title } = scenario;
  const axis = axisOf(scenario, ({ duration }) => jumpColumns(duration));
  const connected = connectTimes(lanes);
  const drawn = lanes.map((lane) => ({ lane, ...textLane(lane, connected(lane), axis) }));
  const names = namesOf(lanes);
  const room = terminalWidth - names.width;
  const blocks = blocksOf(axis, room).map(([from, to]) => {
    const ruler = textRuler(axis, from, to, room).map((row) => (' '.repeat(names.width) + row).trimEnd());
    const rows = drawn.flatMap(({ lane, cells }, index) => {
      const isFirst = index === 0 || lane.party !== lanes[index - 1]?.party;
      const begins = from === 0 && connected(lane) === undefined && !isBand(lane);
      const row = `${names.of(lane, isFirst)}${begins ? '┝' : ' '}${cells.slice(from, to).join('')}`.trimEnd();
      return isFirst && index > 0 ? ['', row] : [row];
    });
    return [...ruler, ...rows];
  });
  const notes = drawn.flatMap((lane) =>
    lane.notes.map(({ time, cell }) => ({
      symbol: crowded,
      text: `${cell} in ${lane.lane.name} at ${timeLabel(time)}`,
    })),
  );
  const legend = [...legendOf(scenario), ...notes].map(({ symbol, text }) =>
    printable(`  ${symbol}  ${cut(printable(text), terminalWidth - 4 - columnsOf(symbol))}`),
  );
  const heading = title === '' ? [] : [cut(printable(title), terminalWidth)];
  const parts = [heading, ...blocks, legend].filter((part) => part.length > 0);
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`;
}

/** Parties in a column of their own, once for the lanes that follow each other. */
function namesOf(lanes: readonly Lane[]): { readonly width: number; of(lane: Lane, withParty: boolean): string } {
  const longest = 16;
  const partyOf = ({ party = '' }: Lane): string => cut(party, longest);
  const parties = Math.max(0, ...lanes.map((lane) => columnsOf(partyOf(lane))));
  const kinds = Math.max(0, ...lanes.map(({ kind }) => kind.length));
  const indent = parties === 0 ? 0 : parties + 2;
  return {
    width: 2 + indent + kinds + 3,
    of(lane, withParty) {
      const party = withParty ? partyOf(lane) : '';
      return `  ${party.padEnd(indent)}${lane.kind.padEnd(kinds)}  `;
    },
  };
}

/** Where the rows are broken, in columns; not within a jump. */
function blocksOf({ columns, jumps }: Axis, width: number): Array<readonly [from: number, to: number]> {
  const blocks: Array<readonly [number, number]> = [];
  let from = 0;
  while (from < columns) {
    const limit = from + width;
    const cutJump = jumps.find((jump) => jump.from > from && jump.from < limit && jump.to > limit);
    const to = Math.min(columns, cutJump?.from ?? limit);
    blocks.push([from, to]);
    from = to;
  }
  return blocks;
}

function legendOf({ legend, lanes }: Scenario): Array<{ readonly symbol: string; readonly text: string }> {
  const isLost = lanes.some(({ events }) => events.some(({ value }) => value.kind === 'lost'));
  return [
    ...legend.map(({ symbol, value }) => ({ symbol, text: printValue(value) })),
    ...(isLost ? [{ symbol: '╱', text: 'lost without a Close' }] : []),
  ];
}
