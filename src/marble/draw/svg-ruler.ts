import type { Axis } from './axis.ts';
import { element, num, text } from './svg.ts';
import { columnsOf } from './text-width.ts';
import { timeLabel } from './time-label.ts';

/** The height of the ruler above the lanes. */
export const rulerHeight = 34;

const labelY = 20;
const letter = 10.5 * 0.6;
/** Between two labels. */
const room = 14;

const widthOf = (label: string): number => columnsOf(label) * letter;

export interface RulerTick {
  readonly x: number;
  readonly label: string;
}

/** Which instants are labelled: the start, the ends of jumps, and round times between, as many as there is room for. */
export function rulerTicks({ instants, jumps }: Axis, x: (column: number) => number): RulerTick[] {
  const widest = Math.max(...instants.map(({ time }) => widthOf(timeLabel(time))), 0);
  const pitch = x(1) - x(0);
  const step = steps.find((each) => each * pitch >= widest + room) ?? Number.POSITIVE_INFINITY;
  const taken: Array<readonly [number, number]> = jumps.map((jump) => {
    const half = widthOf(jumpLabel(jump.duration)) / 2;
    const middle = x((jump.from + jump.to) / 2);
    return [middle - half, middle + half];
  });
  const ticks: RulerTick[] = [];
  const place = (column: number, time: number): void => {
    const half = widthOf(timeLabel(time)) / 2;
    const at = x(column);
    if (taken.some(([from, to]) => at + half + room / 2 > from && at - half - room / 2 < to)) return;
    taken.push([at - half, at + half]);
    ticks.push({ x: at, label: timeLabel(time) });
  };
  for (const { column, time, afterJump } of instants) if (column === 0 || afterJump) place(column, time);
  for (const { column, time, since } of instants) if (since % step === 0) place(column, time);
  return ticks.sort((a, b) => a.x - b.x);
}

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500];

const jumpLabel = (duration: number): string => `+${timeLabel(duration)}`;

/** How many columns a jump takes: its label must stand apart from those of the times at its ends. */
export function jumpColumns(duration: number, pitch: number): number {
  return Math.max(3, Math.ceil((widthOf(jumpLabel(duration)) + 36) / pitch) + 1);
}

/** What the ruler must know of a picture. */
interface Ruled {
  readonly axis: Axis;
  column(column: number): number;
}

/** Draws the ruler, with lines down to `bottom`, and the jumps as bands. */
export function drawRuler({ axis, column }: Ruled, bottom: number): string {
  const ticks = rulerTicks(axis, column);
  const bands = axis.jumps.map(({ from, to, duration }) => {
    const [left, right] = [column(from + 0.5), column(to - 0.5)];
    const band = element('rect', { class: 'jump', x: left, y: 8, width: right - left, height: bottom - 8, rx: 4 });
    return band + text((left + right) / 2, labelY, jumpLabel(duration), { class: 'tick leap' });
  });
  const lines = ticks.map(({ x }) => `M${num(x)} ${labelY + 6}V${num(bottom)}`).join('');
  return [
    ...bands,
    element('path', { class: 'grid', d: lines }),
    ...ticks.map(({ x, label }) => text(x, labelY, label, { class: 'tick' })),
  ].join('');
}
