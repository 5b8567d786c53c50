import { fromJson, printJsonPattern } from './json-pattern.ts';
import { isPlain, typeOf, withArticle } from './json-type.ts';
import type { Json } from './scenario.ts';
import type { JsonPattern } from './value.ts';

/** What the placeholders of a pattern are held against. */
export interface Known {
  /** What the virtual clock says, in ms since 1970. */
  readonly now: number;
  /** What `<id:n>` has stood for so far, each for another value; where it is left out, `<id:n>` fits anything. */
  readonly ids?: ReadonlyMap<string, unknown>;
}

/** How a value differs from a pattern, and which ids it binds at first sight. */
export interface JsonDiff {
  /** One line each, such as `$.n: 4 -> 3`; empty where the value fits. */
  readonly lines: readonly string[];
  readonly bound: ReadonlyMap<string, unknown>;
}

/**
 * Holds a value against a pattern by structure: the order of keys does not matter, and members that are `undefined` are
 * not there, as in JSON.
 *
 * ```
 *   $.n: 4 -> 3
 *   $.user.name: missing, expected "ann"
 *   $.tags[2]: not expected, got "x"
 *   $.n: 4 -> "4" (a string, not a number)
 * ```
 */
export function diffJson(pattern: JsonPattern, actual: unknown, known: Known): JsonDiff {
  const walk = new Walk(known);
  walk.visit(pattern, actual, '$');
  return walk;
}

class Walk implements JsonDiff {
  readonly lines: string[] = [];
  readonly bound = new Map<string, unknown>();
  readonly #known: Known;

  constructor(known: Known) {
    this.#known = known;
  }

  visit(pattern: JsonPattern, value: unknown, path: string): void {
    const actual = asJsonHasIt(value);
    switch (pattern.kind) {
      case 'literal':
        if (pattern.value !== actual) this.#differs(path, pattern, actual);
        return;
      case 'placeholder':
        this.#placeholder(pattern, actual, path);
        return;
      case 'id':
        this.#id(pattern, actual, path);
        return;
      case 'array':
        if (Array.isArray(actual)) this.#items(pattern.items, actual, path);
        else this.#differs(path, pattern, actual);
        return;
      case 'object':
        if (isPlain(actual)) this.#members(pattern.members, actual, path);
        else this.#differs(path, pattern, actual);
    }
  }

  #placeholder(pattern: Extract<JsonPattern, { kind: 'placeholder' }>, actual: unknown, path: string): void {
    const { now } = this.#known;
    if (pattern.fits === 'now' && actual !== now) {
      const off = typeof actual === 'number' && Number.isFinite(actual) ? ` (${signed(actual - now)} ms)` : '';
      this.lines.push(`${path}: <now> is ${now} -> ${showJson(actual)}${off}`);
    }
    const wrongType = (pattern.fits === 'string' || pattern.fits === 'number') && typeOf(actual) !== pattern.fits;
    if (wrongType || actual === undefined) this.#differs(path, pattern, actual);
  }

  #id(pattern: Extract<JsonPattern, { kind: 'id' }>, actual: unknown, path: string): void {
    const { ids } = this.#known;
    if (actual === undefined) this.#differs(path, pattern, actual);
    if (ids === undefined || actual === undefined) return;
    const known = new Map([...ids, ...this.bound]);
    const isThat = (value: unknown): boolean =>
      diffJson(fromJson(value as Json), actual, this.#known).lines.length === 0;
    const before = known.get(pattern.id);
    if (before !== undefined) {
      if (!isThat(before))
        this.lines.push(`${path}: <id:${pattern.id}> was ${showJson(before)} -> ${showJson(actual)}`);
      return;
    }
    const [other] = [...known].find(([, value]) => isThat(value)) ?? [];
    if (other === undefined) this.bound.set(pattern.id, actual);
    else this.lines.push(`${path}: <id:${pattern.id}> is the same as <id:${other}>: ${showJson(actual)}`);
  }

  #items(patterns: readonly JsonPattern[], actual: readonly unknown[], path: string): void {
    for (let index = 0; index < Math.max(patterns.length, actual.length); index++) {
      const pattern = patterns[index];
      const at = `${path}[${index}]`;
      if (pattern === undefined) this.#extra(at, actual[index]);
      else if (index >= actual.length) this.#missing(at, pattern);
      else this.visit(pattern, actual[index], at);
    }
  }

  #members(patterns: Extract<JsonPattern, { kind: 'object' }>['members'], actual: object, path: string): void {
    const values = new Map(Object.entries(actual).filter(([, value]) => value !== undefined));
    for (const [key, pattern] of patterns) {
      if (values.has(key)) this.visit(pattern, values.get(key), path + step(key));
      else this.#missing(path + step(key), pattern);
      values.delete(key);
    }
    for (const [key, value] of values) this.#extra(path + step(key), value);
  }

  #differs(path: string, pattern: JsonPattern, actual: unknown): void {
    const [wanted, got] = [typeOfPattern(pattern), typeOf(actual)];
    const types = wanted === got || actual === undefined || actual === null ? '' : ` (${withArticle(got)}`;
    const not = types === '' ? '' : wanted === 'null' || wanted === 'any' ? ')' : `, not ${withArticle(wanted)})`;
    this.lines.push(`${path}: ${cut(printJsonPattern(pattern))} -> ${showJson(actual)}${types}${not}`);
  }

  #missing(path: string, pattern: JsonPattern): void {
    this.lines.push(`${path}: missing, expected ${cut(printJsonPattern(pattern))}`);
  }

  #extra(path: string, actual: unknown): void {
    this.lines.push(`${path}: not expected, got ${showJson(actual)}`);
  }
}

/** A value as a failure shows it: JSON on one line, short, never throwing. */
export function showJson(value: unknown, most = 60): string {
  if (value === undefined || typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isPlain(value)) return typeOf(value);
  try {
    return cut(JSON.stringify(value), most);
  } catch {
    return 'an object that JSON cannot hold';
  }
}

/** At most so many characters. */
export function cut(text: string, most = 60): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 3).join('')}...` : text;
}

const signed = (ms: number): string => (ms > 0 ? `+${ms}` : String(ms));

/** `JSON.stringify` asks `toJSON` too, so a Date is a string. */
function asJsonHasIt(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return value;
  return typeof value.toJSON === 'function' ? value.toJSON() : value;
}

function typeOfPattern(pattern: JsonPattern): string {
  if (pattern.kind === 'literal') return typeOf(pattern.value);
  if (pattern.kind === 'placeholder') return pattern.fits === 'now' ? 'number' : pattern.fits;
  return pattern.kind === 'id' ? 'any' : pattern.kind;
}

/** A member in a path: `.user`, `["e-mail"]`. */
export const step = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);
