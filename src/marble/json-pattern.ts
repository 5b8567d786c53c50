import type { Reader } from './reader.ts';
import type { Json } from './scenario.ts';
import type { JsonPattern } from './value.ts';

const openString = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy;
const string = new RegExp(`${openString.source}"`, 'uy');
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /[A-Za-z]+/y;
const placeholder = /<(?:any|string|number|now|id:\w+)>/y;
/** JSON deeper than this would only overflow the stack. */
const deepest = 200;

/** Reads a JSON string; `expected` says what it is for. */
export function readString(reader: Reader, expected = 'a string in double quotes'): string {
  if (reader.text[reader.at] === "'") reader.fail(expected, 'Use double quotes, as in JSON.');
  if (reader.text[reader.at] !== '"') reader.fail(expected);
  const taken = reader.take(string);
  return taken === undefined ? failInString(reader) : JSON.parse(taken);
}

/** Finds where a string that begins here goes wrong. */
function failInString(reader: Reader): never {
  reader.take(openString);
  if (reader.done) reader.fail('a closing "', 'Every string ends on its line; a line break is \\n.');
  return reader.fail(
    'a character of a JSON string',
    'Write \\\\ for a backslash, \\t for a tab, \\n for a line break.',
  );
}

/** Reads JSON in which placeholders may stand for values: `{"at": <now>, "id": <id:1>}`. */
export function readJsonPattern(reader: Reader): JsonPattern {
  return readValue(reader, true, 0);
}

/** Reads plain JSON. */
export function readJson(reader: Reader): Json {
  return toJson(readValue(reader, false, 0));
}

function readValue(reader: Reader, placeholders: boolean, depth: number): JsonPattern {
  if (depth > deepest) reader.fail(`JSON of at most ${deepest} levels`);
  const next = reader.blanks().text[reader.at];
  if (next === '{') return readObject(reader, placeholders, depth);
  if (next === '[') return readArray(reader, placeholders, depth);
  if (next === '"' || next === "'") return { kind: 'literal', value: readString(reader) };
  if (next === '<') return readPlaceholder(reader, placeholders);
  const { at } = reader;
  const digits = reader.take(number);
  if (digits !== undefined) {
    const value = Number(digits);
    if (!Number.isFinite(value)) reader.fail('a number that JavaScript can hold', '', at);
    // No -0: it equals 0 and cannot be told from it in JSON.
    return { kind: 'literal', value: value + 0 };
  }
  const name = reader.take(word);
  if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
  if (name === 'null') return { kind: 'literal', value: null };
  return reader.fail('JSON', 'Text stands in double quotes.', at);
}

function readPlaceholder(reader: Reader, allowed: boolean): JsonPattern {
  if (!allowed) reader.fail('plain JSON', 'Placeholders such as <any> stand only in the legend.');
  const taken = reader.need(placeholder, 'a placeholder', 'There are <any>, <string>, <number>, <now> and <id:1>.');
  const name = taken.slice(1, -1);
  if (name.startsWith('id:')) return { kind: 'id', id: name.slice(3) };
  return { kind: 'placeholder', fits: name as 'any' | 'string' | 'number' | 'now' };
}

function readArray(reader: Reader, placeholders: boolean, depth: number): JsonPattern {
  const items: JsonPattern[] = [];
  reader.need(/\[/y, '[');
  if (reader.blanks().take(/\]/y) !== undefined) return { kind: 'array', items };
  do items.push(readValue(reader, placeholders, depth + 1));
  while (reader.blanks().take(/,/y) !== undefined);
  reader.need(/\]/y, ', or ]');
  return { kind: 'array', items };
}

function readObject(reader: Reader, placeholders: boolean, depth: number): JsonPattern {
  const members = new Map<string, JsonPattern>();
  reader.need(/\{/y, '{');
  if (reader.blanks().take(/\}/y) !== undefined) return { kind: 'object', members: [] };
  do {
    const { at } = reader.blanks();
    const key = readString(reader, 'a key in double quotes');
    if (members.has(key))
      reader.fail('each key once', 'Remove one of the two.', at, `the key ${JSON.stringify(key)} again`);
    reader.blanks().need(/:/y, ': after the key');
    members.set(key, readValue(reader, placeholders, depth + 1));
  } while (reader.blanks().take(/,/y) !== undefined);
  reader.need(/\}/y, ', or }');
  return { kind: 'object', members: [...members] };
}

function toJson(pattern: JsonPattern): Json {
  if (pattern.kind === 'literal') return pattern.value;
  if (pattern.kind === 'array') return pattern.items.map(toJson);
  if (pattern.kind === 'object') return Object.fromEntries(pattern.members.map(([key, value]) => [key, toJson(value)]));
  throw new TypeError('Plain JSON has no placeholders.');
}

/** Writes JSON with placeholders on one line, with a blank after `:` and `,`. */
export function printJsonPattern(pattern: JsonPattern): string {
  if (pattern.kind === 'literal') return JSON.stringify(pattern.value);
  if (pattern.kind === 'placeholder') return `<${pattern.fits}>`;
  if (pattern.kind === 'id') return `<id:${pattern.id}>`;
  if (pattern.kind === 'array') return `[${pattern.items.map(printJsonPattern).join(', ')}]`;
  const members = pattern.members.map(([key, value]) => `${JSON.stringify(key)}: ${printJsonPattern(value)}`);
  return `{${members.join(', ')}}`;
}

/** The pattern that only this JSON fits. */
export function fromJson(json: Json): JsonPattern {
  if (typeof json !== 'object' || json === null) return { kind: 'literal', value: json };
  if (Array.isArray(json)) return { kind: 'array', items: json.map(fromJson) };
  return { kind: 'object', members: Object.entries(json).map(([key, value]) => [key, fromJson(value)]) };
}
