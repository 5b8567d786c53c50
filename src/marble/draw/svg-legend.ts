import { element, escaped, num } from './svg.ts';
import { columnsOf, cut, letterWidth } from './text-width.ts';

const letter = 12 * letterWidth;
const rowHeight = 20;
/** Between the symbol and its value, and between two columns. */
const indent = 22;
const between = 24;

export interface LegendLine {
  readonly symbol: string;
  readonly text: string;
}

/** The width that the legend would like, up to a limit. */
export function legendWidth(lines: readonly LegendLine[], limit: number): number {
  return Math.min(limit, Math.max(0, ...lines.map(({ text }) => indent + columnsOf(text) * letter)));
}

/** Draws the legend as a table, in as many columns as fit; values that are too long are cut. */
export function drawLegend(
  lines: readonly LegendLine[],
  left: number,
  top: number,
  width: number,
): { readonly body: string; readonly height: number } {
  if (lines.length === 0) return { body: '', height: 0 };
  const widest = legendWidth(lines, width);
  const columns = Math.max(1, Math.min(lines.length, Math.floor((width + between) / (widest + between))));
  const rows = Math.ceil(lines.length / columns);
  const fits = Math.floor((widest - indent) / letter + 1e-9);
  const entries = lines.map(({ symbol, text }, index) => {
    const x = left + Math.floor(index / rows) * (widest + between);
    const y = top + 24 + (index % rows) * rowHeight;
    const name = element('tspan', { class: 'strong' }, escaped(symbol));
    const value = element('tspan', { class: 'soft', x: x + indent }, escaped(cut(text, fits)));
    return element('text', { x, y }, name + value);
  });
  const rule = element('path', { class: 'grid', d: `M${num(left)} ${num(top)}h${num(width)}` });
  return { body: rule + entries.join(''), height: 24 + rows * rowHeight - 8 };
}
