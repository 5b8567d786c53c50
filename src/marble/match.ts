import { diffJson, type JsonDiff, type Known, showJson } from './json-diff.ts';
import { fromJson } from './json-pattern.ts';
import type { Json, LaneKind } from './scenario.ts';
import type { Seen } from './trace.ts';
import type { Pattern, Value } from './value.ts';

/** Where and when something was seen. */
export interface Circumstances extends Known {
  readonly lane: LaneKind;
}

/** Whether one seen thing fits one expected value. */
export type Match =
  /** `bound`: what `<id:n>` stands for from now on. */
  | { readonly fits: true; readonly bound: ReadonlyMap<string, unknown> }
  /** `differences`: what is different inside, one line each; empty where the two have nothing in common. */
  | { readonly fits: false; readonly differences: readonly string[] };

const nothingBound: ReadonlyMap<string, unknown> = new Map();
const fits: Match = { fits: true, bound: nothingBound };
const differs = (...differences: readonly string[]): Match => ({ fits: false, differences });
const fitsIf = (condition: boolean, ...differences: readonly string[]): Match =>
  condition ? fits : differs(...differences);

/**
 * Holds what was seen against what was expected.
 *
 * A value on a Subject is compared as JSON has it: `"text"` fits a string, `json` anything else. In a `wire` lane, where
 * the ends of a handler become Close frames, `|` fits a Close with 1000 and `#` one with 1011.
 */
export function match(want: Value, seen: Seen, at: Circumstances): Match {
  switch (want.kind) {
    case 'text':
      return matchText(want.text, seen);
    case 'json':
      return matchJson(want, seen, at);
    case 'pattern':
      return matchPattern(want.pattern, seen);
    case 'any':
      return fitsIf(seen.kind === 'text' || seen.kind === 'binary' || seen.kind === 'value');
    case 'binary':
      return matchBytes(want.bytes, seen);
    case 'size': {
      const bytes = bytesOf(seen);
      return bytes === undefined ? differs() : equal('size', want.size, bytes.length);
    }
    case 'end':
      return fitsIf(seen.kind === 'end' || (at.lane === 'wire' && seen.kind === 'close' && seen.code === 1000));
    case 'close':
      if (seen.kind !== 'close') return differs();
      return both(equal('code', want.code, seen.code), given('reason', want.reason, seen.reason));
    case 'error':
      return matchError(want, seen, at);
    case 'reject':
      if (seen.kind !== 'reject') return differs();
      return both(equal('status', want.status, seen.status), given('body', want.body, seen.body));
    case 'waiting':
      return fitsIf(seen.kind === 'waiting' && seen.count === want.count);
    default:
      return fitsIf(want.kind === seen.kind);
  }
}

/** A message as text; `undefined` for what is none. */
export function textOf(seen: Seen): string | undefined {
  if (seen.kind === 'text') return seen.text;
  return seen.kind === 'value' && typeof seen.value === 'string' ? seen.value : undefined;
}

/** A message as bytes; `undefined` for what is none. */
export function bytesOf(seen: Seen): Uint8Array | undefined {
  if (seen.kind === 'binary') return seen.bytes;
  if (seen.kind !== 'value') return undefined;
  if (seen.value instanceof ArrayBuffer) return new Uint8Array(seen.value);
  if (!ArrayBuffer.isView(seen.value)) return undefined;
  return new Uint8Array(seen.value.buffer, seen.value.byteOffset, seen.value.byteLength);
}

/** What an error is called and what it says; anything can be thrown. */
export function errorParts(error: unknown): { readonly name?: string; readonly message: string } {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { name, message } = error as { readonly name?: unknown; readonly message?: unknown };
  return {
    ...(typeof name === 'string' ? { name } : {}),
    message: typeof message === 'string' ? message : showJson(error),
  };
}

function matchText(want: string, seen: Seen): Match {
  const text = textOf(seen);
  if (text === undefined) {
    if (seen.kind !== 'value') return differs();
    return differs(...diffJson(fromJson(want), seen.value, { now: 0 }).lines);
  }
  return text === want ? fits : differs(...textDifferences(want, text));
}

function textDifferences(want: string, got: string): readonly string[] {
  const [wanted, actual] = [readJson(want), readJson(got)];
  if (isStructure(wanted) && isStructure(actual)) {
    const { lines } = diffJson(fromJson(wanted), actual, { now: 0 });
    return lines.length > 0 ? lines : ['the same JSON, written differently: json {...} compares by structure'];
  }
  // Short texts are seen whole; in long ones the eye needs help.
  if (Math.min(want.length, got.length) < 16) return [];
  let same = 0;
  while (want[same] === got[same]) same += 1;
  const around = (text: string): string => showJson(text.slice(Math.max(0, same - 8), same + 16));
  return [`from character ${same + 1}: ${around(want)} -> ${around(got)}`];
}

function matchJson(want: Extract<Value, { kind: 'json' }>, seen: Seen, at: Circumstances): Match {
  if (seen.kind === 'value') return fromDiff(diffJson(want.json, seen.value, at));
  if (seen.kind !== 'text') return differs();
  const json = readJson(seen.text);
  return json === undefined ? differs('it is text, but not JSON') : fromDiff(diffJson(want.json, json, at));
}

const fromDiff = ({ lines, bound }: JsonDiff): Match =>
  lines.length === 0 ? { fits: true, bound } : differs(...lines);

/** The JSON that a text is; `undefined` for text that is none. */
export function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const isStructure = (json: Json | undefined): json is Exclude<Json, null | boolean | number | string> =>
  typeof json === 'object' && json !== null;

function matchPattern(pattern: Pattern, seen: Seen): Match {
  const text = textOf(seen);
  return text === undefined ? differs() : fitsIf(matches(pattern, text));
}

const matches = ({ source, flags }: Pattern, text: string): boolean => new RegExp(source, flags).test(text);

function matchBytes(want: Uint8Array, seen: Seen): Match {
  const got = bytesOf(seen);
  if (got === undefined) return differs();
  const index = Array.from(want).findIndex((byte, at) => byte !== got[at]);
  const hex = (byte: number | undefined): string => byte?.toString(16).padStart(2, '0') ?? 'none';
  const size = equal('size', want.length, got.length);
  return index < 0 ? size : both(size, differs(`byte ${index + 1}: ${hex(want[index])} -> ${hex(got[index])}`));
}

function matchError(want: Extract<Value, { kind: 'error' }>, seen: Seen, at: Circumstances): Match {
  const saysNothing = want.name === undefined && want.message === undefined;
  if (at.lane === 'wire' && seen.kind === 'close') return fitsIf(saysNothing && seen.code === 1011);
  if (seen.kind !== 'error') return differs();
  const { name, message } = errorParts(seen.error);
  const named = given('name', want.name, name ?? 'no name');
  if (typeof want.message !== 'object') return both(named, given('message', want.message, message));
  const { source, flags } = want.message;
  const says = `message: /${source}/${flags} -> ${showJson(message)}`;
  return both(named, fitsIf(matches(want.message, message), says));
}

function equal(what: string, want: string | number, got: string | number): Match {
  return fitsIf(want === got, `${what}: ${showJson(want)} -> ${showJson(got)}`);
}

/** What is not written is not asserted. */
const given = (what: string, want: string | undefined, got: string): Match =>
  want === undefined ? fits : equal(what, want, got);

function both(one: Match, other: Match): Match {
  if (one.fits) return other;
  return other.fits ? one : differs(...one.differences, ...other.differences);
}
