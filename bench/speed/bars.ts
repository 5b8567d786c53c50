import { escaped, STYLE } from '../support/svg.ts';

/** A bar, labelled where it begins and where it ends. */
export interface Bar {
  readonly label: string;
  readonly note: string;
  readonly value: number;
  /** The line over the bar's end: from the worst to the best round. */
  readonly range: readonly [from: number, to: number];
}

export interface BarChart {
  readonly title: string;
  readonly caption: string;
  /** What the chart shows, for those who cannot see it. */
  readonly description: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 800;
const PLOT = { left: 284, right: 716, top: 92 } as const;
const ROW = 44;
const BAR = 18;
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100] as const;

const BARS = `
    .bar { fill: currentColor; fill-opacity: 0.75 }
    .range { stroke: #1f2328; stroke-width: 1.5; fill: none }
    .name { fill: #1f2328; font-size: 14px; font-weight: 600 }
    .small { fill: #59636e; font-size: 12.5px }
    .one { stroke: #1f2328; stroke-width: 1.5 }
    @media (prefers-color-scheme: dark) {
      .name { fill: #f0f6fc }
      .small { fill: #9198a1 }
      .one, .range { stroke: #f0f6fc }
    }`;

/**
 * Draws ratios as bars that begin at 1, over a logarithmic axis: twice as good and half as good are equally long. The
 * text of an SVG file that reads well in light and in dark.
 */
export function drawBars({ title, caption, description, bars }: BarChart): string {
  const bottom = PLOT.top + bars.length * ROW;
  const height = bottom + 44;
  const { at, ticks } = scale(bars.flatMap(({ value, range }) => [1, value, ...range]));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">`,
    `  <title id="title">${escaped(title)}</title>`,
    `  <desc id="desc">${escaped(description)}</desc>`,
    `  <style>${STYLE}${BARS}\n  </style>`,
    `  <rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    `  <text class="title" x="24" y="36">${escaped(title)}</text>`,
    `  <text class="axis" x="24" y="59">${escaped(caption)}</text>`,
    ...ticks.flatMap((tick) => [
      `  <path class="${tick === 1 ? 'one' : 'grid'}" d="M${at(tick)} ${PLOT.top - 8}V${bottom}"/>`,
      `  <text class="axis" x="${at(tick)}" y="${bottom + 24}" text-anchor="middle">${tick === 1 ? 'ws = 1' : tick}</text>`,
    ]),
    ...bars.flatMap((bar, index) => drawBar(bar, PLOT.top + index * ROW, at)),
    '</svg>',
    '',
  ].join('\n');
}

function drawBar({ label, note, value, range }: Bar, top: number, at: At): string[] {
  const middle = top + ROW / 2;
  const [from, to] = [at(Math.min(1, value)), at(Math.max(1, value))];
  const [least, most] = [at(range[0]), at(range[1])];
  const labelAt = Math.max(to, most) + 10;
  return [
    `  <text class="name" x="24" y="${middle - 2}">${escaped(label)}</text>`,
    `  <text class="small" x="24" y="${middle + 15}">${escaped(note)}</text>`,
    `  <g class="${value < 1 ? 'warm' : 'cool'}">`,
    `    <rect class="bar" x="${from}" y="${middle - BAR / 2}" width="${round(to - from)}" height="${BAR}" rx="2"/>`,
    `    <path class="range" d="M${least} ${middle}H${most}M${least} ${middle - 5}v10M${most} ${middle - 5}v10"/>`,
    `    <text class="label" x="${labelAt}" y="${middle + 5}">${ratio(value)}</text>`,
    '  </g>',
  ];
}

/** As it is said beside the bars and in words. */
export function ratio(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)}×`;
}

type At = (value: number) => number;

/** From a step at or below all values to one at or above them. */
function scale(values: readonly number[]): { at: At; ticks: readonly number[] } {
  const low = STEPS.findLast((step) => step <= Math.min(...values)) ?? STEPS[0];
  const high = STEPS.find((step) => step >= Math.max(...values)) ?? 100;
  const width = PLOT.right - PLOT.left;
  return {
    at: (value) => round(PLOT.left + (Math.log(value / low) / Math.log(high / low)) * width),
    ticks: STEPS.filter((step) => step >= low && step <= high),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
