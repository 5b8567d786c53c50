import type { Lane, LaneEvent } from '../scenario.ts';
import { type Instant, instantsOf } from './instants.ts';
import { endText } from './label.ts';
import { element, escaped, num } from './svg.ts';
import type { DrawnLane } from './svg-drawn-lane.ts';
import { type Frame, halfLetter } from './svg-frame.ts';
import { connectMark, cross, endBar, marble, noEntry, tear } from './svg-shapes.ts';
import { columnsOf, cut, letterWidth } from './text-width.ts';

/** Longer words beside an end are cut; they stand in the description too. */
const longestEnd = 32;
const fontSize = 12;

/** Draws a lane of messages. What happens at one instant is stacked, the first on the line. */
export function drawStream(lane: Lane, start: number, frame: Frame): DrawnLane {
  const instants = instantsOf(lane);
  const last = instants.at(-1);
  const isOver = last?.events.some(({ value }) => endText(value) !== undefined) ?? false;
  const drawn = instants.map((instant) => drawInstant(lane.kind, instant, instant === last, frame));
  const end = isOver ? (drawn.at(-1)?.end ?? start) : frame.end;
  const arrow = isOver ? '' : element('path', { d: `M${num(end - 5)} -4l5 4l-5 4` });
  return {
    body: arrow + drawn.map(({ body }) => body).join(''),
    line: [[start, end]],
    above: Math.max(frame.radius, ...drawn.map(({ above }) => above)),
    below: Math.max(frame.radius, ...drawn.map(({ below }) => below)),
    right: Math.max(end, ...drawn.map(({ right }) => right)),
  };
}

interface DrawnInstant {
  readonly body: string;
  readonly above: number;
  readonly below: number;
  readonly right: number;
  /** Where the line ends, if nothing follows. */
  readonly end: number;
}

function drawInstant(kind: Lane['kind'], { time, events }: Instant, isLast: boolean, frame: Frame): DrawnInstant {
  const { radius, labels } = frame;
  const x = frame.x(time);
  const stacked = events.filter(({ value }) => !isBar(value) && value.kind !== 'connect');
  const step = 1.6 * radius;
  const bottom = Math.max(0, stacked.length - 1) * step;
  const barX = stacked.length === 0 ? x : x + radius + 3;
  const parts = events.flatMap(({ value }) => {
    if (isBar(value)) return [endBar(barX, -13, bottom + 13, value.kind === 'close')];
    return value.kind === 'connect' ? [connectMark(x)] : [];
  });
  for (const [index, event] of stacked.entries()) {
    const y = index * step;
    parts.push(endMark(event, x, y) ?? marble(kind, event, labels.of(event), x, y, radius));
  }
  const ending = events.findLast(({ value }) => endText(value) !== undefined);
  const end = ending !== undefined && isBar(ending.value) ? barX : x;
  const said = ending && sayEnd(ending.value, end, Math.max(0, stacked.indexOf(ending)) * step, isLast);
  return {
    body: parts.join('') + (said?.body ?? ''),
    above: said === undefined || isLast ? radius : 27,
    below: bottom + radius,
    right: Math.max(x + radius, said?.right ?? 0),
    end: end - (stacked.length === 1 && ending !== undefined ? (cutOff[ending.value.kind] ?? 0) : 0),
  };
}

const isBar = ({ kind }: LaneEvent['value']): boolean => kind === 'end' || kind === 'close';

/** How long before an end the line ends. */
const cutOff: Partial<Record<LaneEvent['value']['kind'], number>> = { lost: 4, reject: 9 };

function endMark({ value }: LaneEvent, x: number, y: number): string | undefined {
  if (value.kind === 'error') return cross(x, y);
  if (value.kind === 'lost' || value.kind === 'terminate') return tear(x, y, value.kind === 'terminate');
  if (value.kind === 'reject') return noEntry(x, y);
  return undefined;
}

/** The code and reason of an end: after it, or above it where the lane goes on. */
function sayEnd(
  value: LaneEvent['value'],
  x: number,
  y: number,
  isLast: boolean,
): { readonly body: string; readonly right: number } | undefined {
  const { head, rest } = endText(value) ?? { head: '', rest: '' };
  if (head === '' && rest === '') return undefined;
  const place = isLast ? { x: x + (isBar(value) ? 9 : 14), y: y + halfLetter } : { x: x - 2, y: -18 };
  const shown = cut(rest, longestEnd);
  const space = head === '' || shown === '' ? 0 : 6;
  const words = [
    head === '' ? '' : element('tspan', { class: value.kind === 'error' ? 'wrong' : 'code' }, escaped(head)),
    shown === '' ? '' : element('tspan', { class: 'soft', dx: space || undefined }, escaped(shown)),
  ];
  const width = columnsOf(head + shown) * letterWidth * fontSize + space;
  return { body: element('text', { class: 'said', ...place }, words.join('')), right: place.x + width };
}
