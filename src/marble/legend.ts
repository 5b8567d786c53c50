import type { Line } from './lines.ts';
import { attempt, type Mistake } from './problem.ts';
import { readValue } from './read-value.ts';
import { Reader } from './reader.ts';
import type { LegendEntry, Position, Sequence } from './scenario.ts';
import { standsForItself } from './symbol.ts';
import type { Value } from './value.ts';

type LegendLine = Extract<Line, { kind: 'legend' }>;

/** What the symbols of a scenario stand for, and which of them its lanes have used. */
export class Legend {
  readonly #entries = new Map<string, LegendEntry>();
  /** Bound, but to something that could not be read: known to be wrong already. */
  readonly #broken = new Set<string>();
  readonly #used = new Set<string>();

  readonly #written: 'in lines' | 'in code';

  constructor(written: 'in lines' | 'in code') {
    this.#written = written;
  }

  get entries(): readonly LegendEntry[] {
    return [...this.#entries.values()];
  }

  /** Reads a line of the legend; answers with what is wrong. */
  read({ symbol, indent, at }: LegendLine, text: string, position: Position): Mistake | undefined {
    const first = this.#entries.get(symbol);
    if (first !== undefined) {
      const advice = `The first is in line ${first.position.line}. Remove one, or choose another symbol.`;
      return { at: indent, found: `a second line for ${symbol}`, expected: 'one line per symbol', advice };
    }
    return this.bind(symbol, position, () => readValue(new Reader(text, at)));
  }

  /** Binds a symbol to what is read; answers with what is wrong with that. */
  bind(symbol: string, position: Position, readIt: () => Value | Sequence): Mistake | undefined {
    const read = attempt(readIt);
    if ('mistake' in read) {
      this.#broken.add(symbol);
      return read.mistake;
    }
    this.#entries.set(symbol, { symbol, value: read.result, position });
    return undefined;
  }

  /** What a symbol stands for; `undefined` for none, `'broken'` where a problem is reported already. */
  get(symbol: string): Value | Sequence | 'broken' | undefined {
    this.#used.add(symbol);
    if (this.#broken.has(symbol)) return 'broken';
    const entry = this.#entries.get(symbol);
    if (entry !== undefined) return entry.value;
    return standsForItself(symbol) ? { kind: 'text', text: symbol } : undefined;
  }

  used(): LegendEntry[] {
    return this.entries.filter(({ symbol }) => this.#used.has(symbol));
  }

  unused(): LegendEntry[] {
    return this.entries.filter(({ symbol }) => !this.#used.has(symbol));
  }

  /** The sequences that hold what they cannot, each with the item and what to do. */
  wrongItems(): Array<{
    readonly entry: LegendEntry;
    readonly item: string;
    readonly expected: string;
    advice: string;
  }> {
    return this.entries.flatMap((entry) => {
      if (entry.value.kind !== 'sequence') return [];
      return entry.value.items.flatMap((item) => {
        if (item === '|' || item === '#' || this.#broken.has(item)) return [];
        const value = this.#entries.get(item)?.value;
        if (value?.kind === 'sequence') {
          const advice = `${item} is itself a sequence; write its items here.`;
          return [{ entry, item, expected: 'a symbol for a single value in the sequence', advice }];
        }
        if (value !== undefined || standsForItself(item)) return [];
        return [{ entry, item, expected: 'a symbol that means something', advice: this.adviceForUnknown(item) }];
      });
    });
  }

  /** What to do about a symbol without a meaning. */
  adviceForUnknown(symbol: string): string {
    const add = {
      'in lines': `Add a line to the legend, for example ${symbol} = "text".`,
      'in code': `Add ${symbol} to the values, for example { ${symbol}: 'text' }.`,
    };
    return `${add[this.#written]} Only lower-case letters and digits stand for themselves.`;
  }
}
