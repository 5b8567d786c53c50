import { cut, printable } from './draw/text-width.ts';
import { showJson } from './json-diff.ts';
import { fromJson } from './json-pattern.ts';
import { laneRules } from './lane-kinds.ts';
import { bytesOf, errorParts, match, readJson, textOf } from './match.ts';
import { printValue } from './print-value.ts';
import type { Json, Lane, LaneKind, LegendEntry } from './scenario.ts';
import { isSymbol, standsForItself } from './symbol.ts';
import type { Seen } from './trace.ts';
import type { Value } from './value.ts';

/** Values so exact that their symbol may name something seen which nobody expected. */
const exact: ReadonlyArray<Value['kind']> = [
  ...(['text', 'json', 'binary', 'close', 'error', 'reject', 'ping', 'pong', 'terminate'] as const),
];

/** The symbols of a scenario, to name what was seen. */
export class KnownSymbols {
  readonly #values = new Map<string, Value>();
  readonly #bound = new Set<string>();
  readonly #taken = new Set<string>();

  constructor(lanes: readonly Lane[], legend: readonly LegendEntry[]) {
    for (const { events } of lanes) for (const { symbol, cell } of events) this.#taken.add(symbol).add(cell);
    for (const { symbol, value } of legend) {
      this.#bound.add(symbol);
      if (value.kind !== 'sequence' && exact.includes(value.kind)) this.#values.set(symbol, value);
    }
  }

  /** Whether a symbol means something already. */
  has(symbol: string): boolean {
    return this.#taken.has(symbol) || this.#bound.has(symbol);
  }

  /** Gives a new symbol its meaning. */
  bind(symbol: string, value: Value): void {
    this.#bound.add(symbol);
    this.#values.set(symbol, value);
  }

  /** The symbol that a lane has for something seen; `undefined` for none. */
  find(seen: Seen, lane: LaneKind, now: number): string | undefined {
    const { marks, values } = laneRules[lane];
    const fits = (value: Value): boolean => match(value, seen, { lane, now }).fits;
    for (const [symbol, value] of this.#values) if (values.includes(value.kind) && fits(value)) return symbol;
    const saysMore = seen.kind === 'close' && seen.reason !== '';
    const mark = Object.entries(marks).find(([, value]) => !saysMore && fits(value));
    if (mark !== undefined) return mark[0];
    const text = textOf(seen);
    const isItself = text !== undefined && isSymbol(text) && standsForItself(text) && !this.#bound.has(text);
    return isItself && !Object.hasOwn(marks, text) && values.includes('text') ? text : undefined;
  }
}

/** The value that expects exactly what was seen; `undefined` where no value can, as for a function. */
export function asValue(seen: Seen): Value | undefined {
  switch (seen.kind) {
    case 'text': {
      const json = readJson(seen.text);
      return isWritable(json) ? { kind: 'json', json: fromJson(json) } : seen;
    }
    case 'value': {
      const text = textOf(seen);
      const bytes = bytesOf(seen);
      if (text !== undefined) return { kind: 'text', text };
      if (bytes !== undefined) return { kind: 'binary', bytes };
      return isJson(seen.value, 0) ? { kind: 'json', json: fromJson(seen.value) } : undefined;
    }
    case 'close':
      return { kind: 'close', code: seen.code, ...(seen.reason === '' ? {} : { reason: seen.reason }) };
    case 'reject':
      return { kind: 'reject', status: seen.status, ...(seen.body === '' ? {} : { body: seen.body }) };
    case 'error': {
      const { name, message } = errorParts(seen.error);
      const isName = name !== undefined && name !== 'Error' && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name);
      return { kind: 'error', ...(isName ? { name } : {}), message };
    }
    default:
      return seen;
  }
}

/** Something seen as the legend has it, in at most so many columns. */
export function showSeen(seen: Seen, most: number): string {
  const value = asValue(seen);
  return cut(printable(value === undefined && seen.kind === 'value' ? showJson(seen.value) : showValue(value)), most);
}

/** A value as the legend has it, in at most so many columns. */
export function showValue(value: Value | undefined, most: number = Number.POSITIVE_INFINITY): string {
  return value === undefined ? '' : cut(printable(printValue(value)), most);
}

/** Only objects and arrays: a text such as `1` is easier to read as the text "1". */
function isWritable(json: Json | undefined): json is Json {
  return typeof json === 'object' && json !== null && isJson(json, 0);
}

/** Deeper or cyclic values cannot be written; nor can numbers that JSON has no word for. */
const deepest = 50;

function isJson(value: unknown, depth: number): value is Json {
  if (depth > deepest) return false;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || value === null)
    return ['string', 'boolean'].includes(typeof value) || value === null;
  if (Array.isArray(value)) return Array.from(value as unknown[]).every((item) => isJson(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((member) => isJson(member, depth + 1));
}
