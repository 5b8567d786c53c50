import { connectTimes } from './draw/connect-times.ts';
import { describe } from './draw/describe.ts';
import { element, escaped } from './draw/svg.ts';
import type { DrawnLane } from './draw/svg-drawn-lane.ts';
import { frameFor } from './draw/svg-frame.ts';
import { drawLane, drawLines, placeLane } from './draw/svg-lane.ts';
import { drawLegend, legendWidth } from './draw/svg-legend.ts';
import { namesOf, partyRule } from './draw/svg-names.ts';
import { drawRuler, rulerHeight } from './draw/svg-ruler.ts';
import { className, styleFor } from './draw/svg-style.ts';
import type { Lane, Scenario } from './scenario.ts';

const margin = 18;
/** Between the names and the time. */
const nameGap = 8;
const laneGap = 12;
const partyGap = 22;
const narrowest = 240;
/** A legend makes the picture no wider than this. */
const widestLegend = 560;

/**
 * Draws a scenario as an SVG file for light and dark. The same scenario gives the same bytes.
 *
 * What comes in is a ring, what goes out a filled square. A bar is an end, with its code if it is a close; a cross is an
 * error, a torn line a lost connection. Time jumps are dotted. Values that do not fit into a marble stand in a legend.
 */
export function toSvg(scenario: Scenario): string {
  const { lanes } = scenario;
  const names = namesOf(lanes, margin);
  const left = margin + names.width + nameGap;
  // The time takes the width that the legend needs anyway.
  const room = legendWidth(frameFor(scenario, left).labels.legend, widestLegend) + margin - left;
  const frame = frameFor(scenario, left, room);
  const connected = connectTimes(lanes);
  const rows = stack(lanes.map((lane) => [lane, drawLane(lane, connected(lane), frame)]));
  const bottom = rows.at(-1)?.bottom ?? rulerHeight;

  const { legend } = frame.labels;
  const right = Math.max(frame.end, narrowest, ...rows.map(({ drawn }) => drawn.right));
  const inner = Math.max(right - margin, legendWidth(legend, widestLegend));
  const width = Math.ceil(inner) + 2 * margin;
  const drawnLegend = drawLegend(legend, margin, bottom + margin, Math.ceil(inner));
  const height = Math.ceil(bottom + margin + (legend.length === 0 ? 0 : drawnLegend.height + margin - 12));

  const rules = rows.flatMap(({ rule }) => (rule === undefined ? [] : [partyRule(margin, width - margin, rule)]));
  const body = [
    element('rect', { class: 'paper', x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 10 }),
    drawRuler(frame, bottom + 6),
    ...rules,
    drawLines(frame, rows),
    ...rows.map(({ lane, drawn, isFirst, y }) => names.draw(lane, isFirst, y) + placeLane(lane, drawn, y)),
    drawnLegend.body,
  ].filter((part) => part !== '');
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${className}" ${size} role="img">`,
    `<title>${escaped(scenario.title)}</title>`,
    `<desc>${escaped(describe(scenario))}</desc>`,
    `<style>${styleFor(body.join(''))}</style>`,
    ...body,
    '</svg>\n',
  ].join('\n');
}

interface Row {
  readonly lane: Lane;
  readonly drawn: DrawnLane;
  /** Whether its name begins with its party. */
  readonly isFirst: boolean;
  /** The height of its line, of its lower end, and of a rule above it. */
  readonly y: number;
  readonly bottom: number;
  readonly rule: number | undefined;
}

/** Puts the lanes below each other; those of a party stand closer together. */
function stack(lanes: ReadonlyArray<readonly [Lane, DrawnLane]>): Row[] {
  const rows: Row[] = [];
  for (const [lane, drawn] of lanes) {
    const before = rows.at(-1);
    const isFirst = before === undefined || before.lane.party !== lane.party;
    const from = before === undefined ? rulerHeight : before.bottom + (isFirst ? partyGap : laneGap);
    const y = from + drawn.above;
    const rule = isFirst && before !== undefined ? from - partyGap / 2 : undefined;
    rows.push({ lane, drawn, isFirst, y, bottom: y + drawn.below, rule });
  }
  return rows;
}
