import { gridFor } from './draw/grid.ts';
import { fromJson } from './json-pattern.ts';
import { printValue } from './print-value.ts';
import type { Lane, LaneEvent, LegendEntry, Scenario } from './scenario.ts';
import { defaultSettings } from './settings.ts';
import { isSymbol, standsForItself } from './symbol.ts';
import { columnAt } from './timeline.ts';
import type { Seen, Trace, TraceLane } from './trace.ts';
import type { Value } from './value.ts';

/**
 * Makes a trace drawable: the lanes that were seen, below the scripted ones of the scenario that was run. Values that
 * the scenario's legend has keep their symbols; others get letters of their own.
 *
 * ```ts
 * toText(drawable(trace, scenario));
 * ```
 *
 * @param of The scenario that was run; without it the trace is drawn alone.
 */
export function drawable(trace: Trace, of?: Scenario): Scenario {
  const seen = new Map(trace.lanes.map((lane) => [lane.name, lane]));
  const given = of?.lanes ?? [];
  const legend = new TraceLegend(of?.legend ?? [], given);
  const names = new Set(given.map(({ name }) => name));
  const lanes = [
    ...given.map((lane) => {
      const traced = seen.get(lane.name);
      return traced === undefined ? lane : drawableLane(traced, legend);
    }),
    ...trace.lanes.filter(({ name }) => !names.has(name)).map((lane) => drawableLane(lane, legend)),
  ];
  const times = lanes.flatMap(({ events }) => events.map(({ time }) => time));
  const isOnGrid = of !== undefined && times.every((time) => columnAt(of.timeline, time) !== undefined);
  return {
    title: of?.title ?? '',
    position: nowhere,
    settings: of?.settings ?? { ...defaultSettings, epoch: trace.epoch },
    prose: of?.prose ?? '',
    lanes,
    legend: legend.entries(lanes),
    timeline: isOnGrid ? of.timeline : gridFor(times, trace.duration),
    duration: trace.duration,
  };
}

const nowhere = { line: 1, column: 1 };

function drawableLane({ name, kind, party, events }: TraceLane, legend: TraceLegend): Lane {
  const byTime = new Map<number, Array<{ symbol: string; value: Value }>>();
  for (const { time, seen } of events) {
    const value = valueSeen(seen);
    byTime.set(time, [...(byTime.get(time) ?? []), { symbol: legend.symbolOf(value), value }]);
  }
  const drawn = [...byTime].flatMap(([time, together]): LaneEvent[] => {
    const symbols = together.map(({ symbol }) => symbol);
    const isOfMarks = together.every(({ value }) => isMark(value)) && symbols.length > 1;
    const cell = isOfMarks ? `(${symbols.join('')})` : legend.cellOf(symbols);
    return together.map((event) => ({ ...event, time, cell, position: nowhere }));
  });
  return { kind, ...(party === undefined ? {} : { party }), name, position: nowhere, events: drawn };
}

/** What was seen, as a legend could have it. */
function valueSeen(seen: Seen): Value {
  switch (seen.kind) {
    case 'value':
      return subjectValue(seen.value);
    case 'close':
      return { kind: 'close', code: seen.code, ...(seen.reason === '' ? {} : { reason: seen.reason }) };
    case 'reject':
      return { kind: 'reject', status: seen.status, ...(seen.body === '' ? {} : { body: seen.body }) };
    case 'error':
      return seen.error instanceof Error
        ? { kind: 'error', name: seen.error.name, message: seen.error.message }
        : { kind: 'error', message: String(seen.error) };
    default:
      return seen;
  }
}

/** A value of a Subject may be anything; what JSON cannot hold is shown as JavaScript's text for it. */
function subjectValue(value: unknown): Value {
  if (typeof value === 'string') return { kind: 'text', text: value };
  try {
    const json = JSON.stringify(value);
    if (json !== undefined) return { kind: 'json', json: fromJson(JSON.parse(json)) };
  } catch {
    // A cycle or a bigint.
  }
  return { kind: 'text', text: String(value) };
}

const latin = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const greek = 'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψω';
const letters = [...latin, ...greek];

/** The symbols of a trace: those of the scenario, texts that stand for themselves, then letters. */
class TraceLegend {
  readonly #symbols = new Map<string, string>();
  readonly #entries = new Map<string, LegendEntry>();
  readonly #taken: Set<string>;

  constructor(legend: readonly LegendEntry[], lanes: readonly Lane[]) {
    this.#taken = new Set(lanes.flatMap(({ events }) => events.map(({ symbol }) => symbol)));
    for (const entry of legend) {
      this.#taken.add(entry.symbol);
      this.#entries.set(entry.symbol, entry);
      this.#symbols.set(printValue(entry.value), entry.symbol);
    }
  }

  /** Those that the lanes use, in order. */
  entries(lanes: readonly Lane[]): LegendEntry[] {
    const used = new Set(lanes.flatMap(({ events }) => events.flatMap(({ symbol, cell }) => [symbol, ...cell])));
    return [...this.#entries.values()].filter(({ symbol }) => used.has(symbol));
  }

  symbolOf(value: Value): string {
    const written = printValue(value);
    const known = this.#symbols.get(written);
    if (known !== undefined) return known;
    if (isMark(value)) return written;
    if (value.kind === 'text' && isOwnSymbol(value.text) && !this.#entries.has(value.text)) {
      this.#taken.add(value.text);
      return value.text;
    }
    return this.#bind(written, value);
  }

  /** What stands in the lane for the events of one instant: a sequence has a letter of its own. */
  cellOf(symbols: readonly string[]): string {
    const [first = '-'] = symbols;
    if (symbols.length === 1) return first;
    const sequence = { kind: 'sequence', items: symbols } as const;
    const written = printValue(sequence);
    return this.#symbols.get(written) ?? this.#bind(written, sequence);
  }

  #bind(written: string, value: LegendEntry['value']): string {
    const symbol = letters.find((letter) => !this.#taken.has(letter)) ?? '…';
    this.#taken.add(symbol);
    this.#symbols.set(written, symbol);
    if (symbol !== '…') this.#entries.set(symbol, { symbol, value, position: nowhere });
    return symbol;
  }
}

const isMark = ({ kind }: Value): boolean => ['end', 'subscribe', 'unsubscribe', 'waiting'].includes(kind);

const isOwnSymbol = (text: string): boolean => isSymbol(text) && standsForItself(text);
