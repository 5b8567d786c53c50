import { laneRules } from './lane-kinds.ts';
import { printValue } from './print-value.ts';
import type { LaneKind, LegendEntry } from './scenario.ts';
import { isSymbol, standsForItself } from './symbol.ts';
import { newSymbol } from './to-marble-symbol.ts';
import type { Value } from './value.ts';

/** Gives each different value of a recording a letter. */
export class RecordingSymbols {
  readonly #entries = new Map<string, LegendEntry>();
  readonly #taken = new Set<string>();

  /** In the order in which the values came. */
  get legend(): LegendEntry[] {
    return [...this.#entries.values()];
  }

  /** The symbol of a value: its mark in the lane, its text if that is one letter, or a letter of the legend. */
  of(value: Value, lane: LaneKind): string {
    const { marks } = laneRules[lane];
    const written = printValue(value);
    const mark = Object.keys(marks).find((symbol) => printValue(marks[symbol] as Value) === written);
    if (mark !== undefined) return mark;
    if (value.kind === 'text' && isSymbol(value.text) && standsForItself(value.text)) return value.text;
    return this.bind(value, hintOf(value));
  }

  bind(value: LegendEntry['value'], hint: string): string {
    const written = printValue(value);
    const known = this.#entries.get(written);
    if (known !== undefined) return known.symbol;
    const symbol = newSymbol(hint, (symbol) => this.#taken.has(symbol));
    this.#taken.add(symbol);
    this.#entries.set(written, { symbol, value, position: { line: 1, column: 1 } });
    return symbol;
  }
}

/** Letters that remind of the value: the words of a JSON are better than its keys. */
function hintOf(value: Value): string {
  const written = printValue(value);
  if (value.kind === 'text') return value.text;
  if (value.kind !== 'json')
    return { close: 'X', reject: 'R', error: 'E', ping: 'P', pong: 'Q', terminate: 'T' }[String(value.kind)] ?? '';
  return [...written.matchAll(/: "(\w)/g), ...written.matchAll(/"(\w)\w*":/g)]
    .map(([, letter = '']) => letter)
    .join('');
}
