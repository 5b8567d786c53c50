import type { Lane, LaneEvent } from '../scenario.ts';
import { element, num, text } from './svg.ts';
import { halfLetter } from './svg-frame.ts';
import { columnsOf } from './text-width.ts';

/** The classes of a lane: its colour, and whether its marbles are rings, filled or faded. */
export const laneClasses: Readonly<Record<Lane['kind'], string>> = {
  in: 'ring in',
  out: 'full out',
  wire: 'full out',
  push: 'ring subject',
  seen: 'full subject',
  drop: 'ring faded quiet',
  log: 'ring quiet',
  do: 'ring quiet',
  sub: 'in',
  peer: 'ring quiet',
  buf: 'out',
};

/** A message, control frame or action, with its label. */
export function marble(lane: Lane['kind'], event: LaneEvent, label: string, x: number, y: number, r: number): string {
  return outline(lane, event.value.kind, x, y, r) + labelIn(label, x, y, r);
}

function outline(lane: Lane['kind'], kind: LaneEvent['value']['kind'], x: number, y: number, r: number): string {
  if (kind === 'ping' || kind === 'pong') {
    return element('path', { class: 'm', d: `M${num(x - r - 1)} ${num(y)}l${diamond(r + 1)}z` });
  }
  if (lane === 'in' || lane === 'push') return element('circle', { class: 'm', cx: x, cy: y, r: r - 1 });
  const half = r - (lane === 'out' || lane === 'wire' || lane === 'seen' ? 0.5 : 1.5);
  const rx = lane === 'log' || lane === 'do' ? 1.5 : r * 0.4;
  return element('rect', { class: 'm', x: x - half, y: y - half, width: 2 * half, height: 2 * half, rx });
}

const diamond = (r: number): string => `${num(r)} ${num(-r)} ${num(r)} ${num(r)} ${num(-r)} ${num(r)}`;

function labelIn(label: string, x: number, y: number, r: number): string {
  const isSmall = columnsOf(label) > 2 || r < 10;
  return text(x, y + halfLetter - (isSmall ? 0.4 : 0), label, { class: isSmall ? 't small' : 't' });
}

/** `^`: the connection begins. */
export function connectMark(x: number): string {
  return element('path', { class: 'mark', d: `M${num(x)} -7v14` });
}

/** The end of a stream: a bar, in colour for a close with a code of its own. */
export function endBar(x: number, top: number, bottom: number, isClose: boolean): string {
  return element('path', { class: isClose ? 'close' : 'bar', d: `M${num(x)} ${num(top)}V${num(bottom)}` });
}

/** `#`: a cross. */
export function cross(x: number, y: number): string {
  return element('path', { class: 'error', d: `M${num(x - 7)} ${num(y - 7)}l14 14m0-14l-14 14` });
}

/** A connection that ends without a Close: its line is torn. */
export function tear(x: number, y: number, isOurs: boolean): string {
  return element('path', { class: isOurs ? 'close' : 'error', d: `M${num(x - 5)} ${num(y + 8)}l5-16m3 16l5-16` });
}

/** A refused handshake: no entry. */
export function noEntry(x: number, y: number): string {
  return element('path', {
    class: 'close',
    d: `M${num(x - 9)} ${num(y)}a9 9 0 1 0 18 0a9 9 0 1 0-18 0m2.6 6.4l12.8-12.8`,
  });
}
