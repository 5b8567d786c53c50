import type { Lane } from '../scenario.ts';
import { element, num, text } from './svg.ts';
import type { DrawnLane } from './svg-drawn-lane.ts';
import type { Frame } from './svg-frame.ts';
import { columnsOf, letterWidth } from './text-width.ts';

/** Draws a `sub` lane: thick while subscribed. */
export function drawSubscriptions({ events }: Lane, start: number, frame: Frame): DrawnLane {
  const parts: string[] = [];
  let since: number | undefined;
  const thick = (from: number, to: number): void => {
    if (to > from) parts.push(element('path', { class: 'thick', d: `M${num(from)} 0H${num(to)}` }));
  };
  for (const { value, time } of events) {
    const x = frame.x(time);
    parts.push(element('path', { class: 'mark', d: `M${num(x)} -7v14` }));
    if (value.kind === 'subscribe') since = x;
    else if (since !== undefined) {
      thick(since, x);
      since = undefined;
    }
  }
  if (since !== undefined) thick(since, frame.end);
  const remark = 'never subscribed';
  const fits = events.length === 0 && frame.end - start > widthOf(remark) + 24;
  if (fits) parts.push(boxed(remark, (start + frame.end) / 2));
  return { body: parts.join(''), line: [[start, frame.end]], above: 8, below: 8, right: frame.end };
}

/** Draws a `peer` lane: hatched while it does not read. */
export function drawReading({ events }: Lane, start: number, frame: Frame): DrawnLane {
  const parts: string[] = [];
  const line: Array<readonly [number, number]> = [];
  let from = start;
  let isReading = true;
  const until = (to: number): void => {
    if (isReading) line.push([from, to]);
    else if (to > from) parts.push(hatched(from, to));
  };
  for (const { value, time } of events) {
    const x = frame.x(time);
    until(x);
    isReading = value.kind === 'resume';
    // The number of messages that it still takes stands before the hatching.
    from = value.kind === 'take' ? x + 13 : x;
  }
  until(frame.end);
  for (const { value, time } of events) {
    if (value.kind !== 'take') continue;
    const x = frame.x(time);
    parts.push(element('circle', { class: 'm', cx: x, cy: 0, r: 9 }));
    parts.push(text(x, 4, String(value.count), { class: 't' }));
  }
  return { body: parts.join(''), line, above: 10, below: 10, right: frame.end };
}

/** Shown by its shape and, where there is room, in words. */
function hatched(from: number, to: number): string {
  const d = `M0 0H${num(to - from)}`;
  const band = element('path', { class: 'hatch', transform: `translate(${num(from)})skewX(-30)`, d });
  const remark = 'not reading';
  return to - from > widthOf(remark) + 24 ? band + boxed(remark, (from + to) / 2) : band;
}

/** Draws a `buf` lane: steps as high as messages wait. */
export function drawWaiting({ events }: Lane, start: number, frame: Frame): DrawnLane {
  const steps = events.flatMap(({ value, time }) =>
    value.kind === 'waiting' ? [{ x: frame.x(time), count: value.count }] : [],
  );
  const most = Math.max(1, ...steps.map(({ count }) => count));
  const top = (count: number): number => base - (count / most) * height;
  const outline = steps.map(({ x, count }) => `H${num(x)}V${num(top(count))}`).join('');
  const d = `M${num(start)} ${base}${outline}H${num(frame.end)}`;
  const numbers = steps.map(({ x, count }) => text(x + 3, top(count) - 3, String(count), { class: 'small' }));
  return {
    body: [
      element('path', { class: 'area', d: `${d}V${base}z` }),
      element('path', { class: 'step', d }),
      ...numbers,
    ].join(''),
    line: [],
    above: steps.length === 0 ? 0 : height + 2,
    below: base,
    right: frame.end,
  };
}

const base = 10;
const height = 18;

const widthOf = (words: string): number => columnsOf(words) * letterWidth * 10.5;

/** Small words in the middle of a line, on paper so that the line does not cross them. */
function boxed(words: string, x: number): string {
  const width = widthOf(words) + 10;
  return (
    element('rect', { class: 'blank', x: x - width / 2, y: -7, width, height: 14 }) +
    text(x, 3.5, words, { class: 'mid small soft' })
  );
}
