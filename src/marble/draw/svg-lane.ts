import type { Lane } from '../scenario.ts';
import { element, num } from './svg.ts';
import { drawReading, drawSubscriptions, drawWaiting } from './svg-bands.ts';
import type { DrawnLane } from './svg-drawn-lane.ts';
import type { Frame } from './svg-frame.ts';
import { laneClasses } from './svg-shapes.ts';
import { drawStream } from './svg-stream.ts';

/** Draws a lane whose party connects at a time in ms; `undefined` is before the first column. */
export function drawLane(lane: Lane, connected: number | undefined, frame: Frame): DrawnLane {
  const start = connected === undefined ? frame.start : frame.x(connected);
  if (lane.kind === 'sub') return drawSubscriptions(lane, start, frame);
  if (lane.kind === 'peer') return drawReading(lane, start, frame);
  if (lane.kind === 'buf') return drawWaiting(lane, start, frame);
  return drawStream(lane, start, frame);
}

/** Moves a lane to its height. */
export function placeLane({ kind }: Lane, { body }: DrawnLane, y: number): string {
  return body === '' ? '' : element('g', { class: laneClasses[kind], transform: `translate(0 ${num(y)})` }, body);
}

/** The lines of lanes at their heights: time is solid, a jump dotted. */
export function drawLines(
  frame: Frame,
  rows: ReadonlyArray<{ readonly drawn: DrawnLane; readonly y: number }>,
): string {
  const gaps = frame.axis.jumps.map(({ from, to }) => [frame.column(from + 0.5), frame.column(to - 0.5)] as const);
  let solid = '';
  let dotted = '';
  for (const { drawn, y } of rows) {
    for (const [from, to] of drawn.line) {
      let at = from;
      for (const [left, right] of gaps) {
        if (right <= at || left >= to) continue;
        if (left > at) solid += `M${num(at)} ${num(y)}H${num(left)}`;
        dotted += `M${num(Math.max(at, left) + 3)} ${num(y)}H${num(Math.min(to, right))}`;
        at = Math.min(to, right);
      }
      if (to > at) solid += `M${num(at)} ${num(y)}H${num(to)}`;
    }
  }
  return path('line', solid) + path('gap', dotted);
}

const path = (name: string, d: string): string => (d === '' ? '' : element('path', { class: name, d }));
