import type { Cell, CellItem, Cells } from './cells.ts';
import { laneRules, whereElse, whyNotSent } from './lane-kinds.ts';
import type { LaneName } from './lane-name.ts';
import { firstMisplaced } from './lane-order.ts';
import type { Legend } from './legend.ts';
import { printValue } from './print-value.ts';
import { type Mistake, quote } from './problem.ts';
import type { Lane, LaneEvent, Position, Timeline } from './scenario.ts';
import { jumpAround, timeAt } from './timeline.ts';
import type { Value } from './value.ts';

/** A lane as it stands in a text. */
export interface LaneText extends LaneName {
  /** As written. */
  readonly name: string;
  /** Of the name. */
  readonly position: Position;
  readonly cells: Cells;
  /** Turns a place in the lane's line into one in the text. */
  readonly place: (at: number) => Position;
}

/** Gives the cells of a lane their times and values. */
export function readLane(
  text: LaneText,
  timeline: Timeline,
  legend: Legend,
): { readonly lane: Lane; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const events: LaneEvent[] = [];
  for (const cell of text.cells.cells) {
    mistakes.push(...mistakeInJump(cell, timeline));
    const time = timeAt(timeline, cell.column);
    for (const item of cell.items) {
      for (const { symbol, value } of meanings(item, text, legend, mistakes)) {
        events.push({ time, symbol, cell: cell.text, position: text.place(item.at), value });
      }
    }
  }
  const misplaced = mistakes.length === 0 ? firstMisplaced(text.kind, events) : undefined;
  if (misplaced !== undefined) {
    const { event, expected, advice } = misplaced;
    const at = event.position.column - text.place(0).column;
    mistakes.push({ at, found: quote(event.symbol), expected, advice });
  }
  const { kind, party, name, position } = text;
  return { lane: { kind, ...(party === undefined ? {} : { party }), name, position, events }, mistakes };
}

/** What a symbol stands for in a lane: one value, or those of a sequence. */
function meanings(
  { symbol, at }: CellItem,
  { kind }: LaneName,
  legend: Legend,
  mistakes: Mistake[],
): Array<{ readonly symbol: string; readonly value: Value }> {
  const { marks, values, expected, role } = laneRules[kind];
  const mark = Object.hasOwn(marks, symbol) ? marks[symbol] : undefined;
  if (mark !== undefined) return [{ symbol, value: mark }];
  const wrong = (found: string, expected: string, advice: string): [] => {
    // Once in a lane is enough.
    const isKnown = mistakes.some((mistake) => mistake.found === found && mistake.expected === expected);
    if (!isKnown) mistakes.push({ at, found, expected, advice });
    return [];
  };
  if (values.length === 0 || '|#^!'.includes(symbol)) return wrong(quote(symbol), expected, '');
  const value = legend.get(symbol);
  if (value === 'broken') return [];
  if (value === undefined)
    return wrong(quote(symbol), 'a symbol that means something', legend.adviceForUnknown(symbol));
  if (value.kind === 'sequence') {
    return value.items.flatMap((item) => {
      // What a sequence cannot hold is a mistake of the legend, reported there.
      const known = item === '|' || item === '#' || isSingle(legend.get(item));
      return known ? meanings({ symbol: item, at }, { kind }, legend, mistakes) : [];
    });
  }
  const written = `${symbol} = ${printValue(value)}`;
  const refusal = role === 'scripted' ? whyNotSent(value) : undefined;
  if (refusal !== undefined) return wrong(written, 'a value that can be sent', refusal);
  return values.includes(value.kind) ? [{ symbol, value }] : wrong(written, expected, whereElse(kind, value));
}

const isSingle = (value: ReturnType<Legend['get']>): boolean =>
  value !== undefined && value !== 'broken' && value.kind !== 'sequence';

/** Within a jump only the first column is an instant. */
function mistakeInJump(cell: Cell, { jumps }: Timeline): Mistake[] {
  for (let offset = 0; offset < cell.text.length && jumps.length > 0; offset++) {
    const jump = jumpAround(jumps, cell.column + offset);
    if (jump === undefined) continue;
    const advice = `The time lane jumps here, and of the ${jump.columns} columns of this jump only the first is an instant.`;
    return [{ at: cell.at + offset, found: quote(cell.text), expected: '- inside the jump', advice }];
  }
  return [];
}
