import { printDuration } from '../duration.ts';
import type { Axis, AxisInstant } from './axis.ts';
import { timeLabel } from './time-label.ts';

const steps = [5, 10, 20, 50, 100, 200, 500];

const jumpLabel = (duration: number): string => `[${printDuration(duration)}]`;

/** How many columns a jump takes: those of its label, `[30s]`. */
export const jumpColumns = (duration: number): number => jumpLabel(duration).length;

/**
 * The two rows above the lanes, from one column to another: times, and under them their columns and the jumps.
 *
 * @param room How many columns a label may reach, counted from `from`.
 */
export function textRuler(axis: Axis, from: number, to: number, room: number): readonly [times: string, marks: string] {
  const instants = axis.instants.filter(({ column }) => column >= from && column < to);
  const marks = new Row(room);
  for (const jump of axis.jumps) {
    if (jump.from >= from && jump.from < to) marks.write(jump.from - from, jumpLabel(jump.duration));
  }
  const times = new Row(room);
  const place = ({ column, time }: AxisInstant): void => {
    const isWritten = times.write(column - from, timeLabel(time));
    if (isWritten && axis.jumps.every((jump) => jump.from !== column)) marks.write(column - from, '╷', 0);
  };
  for (const instant of instants) if (instant.column === from || instant.afterJump) place(instant);
  const step = stepFor(instants);
  for (const instant of instants) if (instant.since % step === 0) place(instant);
  return [times.text, marks.text];
}

/** The smallest step whose labels have a blank between them. */
function stepFor(instants: readonly AxisInstant[]): number {
  const fits = (step: number): boolean =>
    instants.every(({ since, time }) => since % step !== 0 || timeLabel(time).length < step);
  return steps.find(fits) ?? Number.POSITIVE_INFINITY;
}

/** A row that labels are written into, as long as there is room. */
class Row {
  readonly #letters: string[] = [];
  readonly #room: number;

  constructor(room: number) {
    this.#room = room;
  }

  get text(): string {
    return Array.from(this.#letters, (letter) => letter ?? ' ').join('');
  }

  /** Answers whether there was room, with so many blanks around it. */
  write(column: number, label: string, blanks = label.startsWith('[') ? 0 : 1): boolean {
    const end = column + label.length;
    const around = this.#letters.slice(Math.max(0, column - blanks), end + blanks);
    if (end > this.#room || around.some((letter) => letter !== undefined)) return false;
    for (let index = 0; index < label.length; index++) this.#letters[column + index] = label[index] ?? '';
    return true;
  }
}
