import { escaped, STYLE } from './svg.ts';

/** A line of a chart. It is labelled where it ends, instead of in a legend. */
export interface ChartLine {
  readonly label: string;
  /** Lines of text below the label. */
  readonly notes: readonly string[];
  /** Whether the label stands to the right of the end, or above it. */
  readonly labelled: 'right' | 'above';
  readonly colour: 'warm' | 'cool';
  readonly points: ReadonlyArray<readonly [x: number, y: number]>;
}

export interface Chart {
  readonly title: string;
  /** What the chart shows, for those who cannot see it. */
  readonly description: string;
  readonly xUnit: string;
  /** What the vertical axis measures, with its unit. */
  readonly yCaption: string;
  readonly lines: readonly ChartLine[];
}

const WIDTH = 800;
const HEIGHT = 400;
const PLOT = { left: 84, right: 776, top: 88, bottom: 350 } as const;
const TICKS = 5;
const LINE_HEIGHT = 20;
/** How far above a line's end its label ends. */
const ABOVE = 15;

/** Draws lines over two axes that begin at 0, as the text of an SVG file that reads well in light and in dark. */
export function drawChart(chart: Chart): string {
  const points = chart.lines.flatMap((line) => line.points);
  const x = scale(
    points.map(([value]) => value),
    PLOT.left,
    PLOT.right,
  );
  const y = scale(
    points.map(([, value]) => value),
    PLOT.bottom,
    PLOT.top,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title desc">`,
    `  <title id="title">${escaped(chart.title)}</title>`,
    `  <desc id="desc">${escaped(chart.description)}</desc>`,
    `  <style>${STYLE}\n  </style>`,
    `  <rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8"/>`,
    `  <text class="title" x="24" y="36">${escaped(chart.title)}</text>`,
    `  <text class="axis" x="24" y="59">${escaped(chart.yCaption)}</text>`,
    ...y.ticks.flatMap((tick) => [
      `  <path class="${tick === 0 ? 'base' : 'grid'}" d="M${PLOT.left} ${y.at(tick)}H${PLOT.right}"/>`,
      `  <text class="axis" x="${PLOT.left - 10}" y="${y.at(tick) + 4.5}" text-anchor="end">${count(tick)}</text>`,
    ]),
    ...x.ticks.map((tick) =>
      axisLabel(x.at(tick), tick === x.ticks.at(-1) ? `${count(tick)} ${chart.xUnit}` : count(tick)),
    ),
    ...chart.lines.flatMap((line) => drawLine(line, x.at, y.at)),
    '</svg>',
    '',
  ].join('\n');
}

function drawLine({ points, label, notes, labelled, colour }: ChartLine, x: At, y: At): string[] {
  const places = points.map(([time, value]) => `${x(time)} ${y(value)}`);
  const [firstX, lastX] = [x(points[0]?.[0] ?? 0), x(points.at(-1)?.[0] ?? 0)];
  const lastY = y(points.at(-1)?.[1] ?? 0);
  const [textX, textY, anchor] =
    labelled === 'right'
      ? [lastX + 14, lastY + 5, 'start']
      : [lastX, lastY - ABOVE - LINE_HEIGHT * notes.length, 'end'];
  const text = (line: string, index: number): string =>
    `    <text class="${index === 0 ? 'label' : 'note'}" x="${textX}" y="${textY + index * LINE_HEIGHT}" ` +
    `text-anchor="${anchor}">${escaped(line)}</text>`;
  return [
    `  <g class="${colour}">`,
    `    <path class="area" d="M${firstX} ${PLOT.bottom}L${places.join('L')}V${PLOT.bottom}Z"/>`,
    `    <path class="line" d="M${places.join('L')}"/>`,
    `    <circle class="end" cx="${lastX}" cy="${lastY}" r="4.5"/>`,
    ...[label, ...notes].map(text),
    '  </g>',
  ];
}

function axisLabel(x: number, text: string): string {
  return `  <text class="axis" x="${x}" y="${PLOT.bottom + 24}" text-anchor="middle">${escaped(text)}</text>`;
}

type At = (value: number) => number;

/** From 0 to the largest value, or to the round number above it. */
function scale(values: readonly number[], from: number, to: number): { at: At; ticks: number[] } {
  const most = Math.max(...values);
  const step = roundStep(most / TICKS);
  const steps = Math.ceil(most / step);
  const ticks = Array.from({ length: steps + 1 }, (_, i) => i * step);
  return { at: (value) => Math.round((from + (value / (steps * step)) * (to - from)) * 10) / 10, ticks };
}

/** The next of 1, 2, 2.5, 5, 10, 20 ... */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 2.5, 5].find((factor) => factor * power >= least) ?? 10);
}

const count = (value: number): string => value.toLocaleString('en');
