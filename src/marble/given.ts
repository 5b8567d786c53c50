import { toClose } from '../protocol/close.ts';
import { show } from '../protocol/errors.ts';
import { Rejected } from '../protocol/verdict.ts';
import { step } from './json-diff.ts';
import { isPlain, typeOf, withArticle } from './json-type.ts';
import { MistakeError } from './problem.ts';
import type { Sequence } from './scenario.ts';
import type { JsonPattern, Placeholder, Value } from './value.ts';

/** A value of the legend, made in code by `close()`, `reject()`, `any` and the others of this file. */
export class GivenValue {
  readonly value: Value | Sequence | Placeholder;

  constructor(value: Value | Sequence | Placeholder) {
    this.value = value;
    Object.freeze(this);
  }
}

/** Any message; inside JSON any value. */
export const any: GivenValue = new GivenValue({ kind: 'any' });
/** Inside JSON: any string. */
export const anyString: GivenValue = new GivenValue({ kind: 'placeholder', fits: 'string' });
/** Inside JSON: any number. */
export const anyNumber: GivenValue = new GivenValue({ kind: 'placeholder', fits: 'number' });
/** Inside JSON: what the virtual clock says, in ms since 1970. */
export const now: GivenValue = new GivenValue({ kind: 'placeholder', fits: 'now' });
/** Inside JSON: any value at first sight, and the same one wherever the name comes again. */
export const id = (name: string | number): GivenValue => new GivenValue({ kind: 'id', id: String(name) });

export const ping: GivenValue = new GivenValue({ kind: 'ping' });
export const pong: GivenValue = new GivenValue({ kind: 'pong' });
export const terminate: GivenValue = new GivenValue({ kind: 'terminate' });

/** A binary message of so many bytes. */
export const bytes = (size: number): GivenValue => new GivenValue({ kind: 'size', size });

/** A Close. Without a reason none is sent, and any is accepted. Throws for a code that may not be sent. */
export function close(code: number, reason?: string): GivenValue {
  // A peer may send a Close without a code, for which 1005 stands.
  if (code === 1005) return new GivenValue({ kind: 'close', code });
  const made = toClose(code, reason ?? '');
  return new GivenValue({ kind: 'close', code, ...(reason === undefined ? {} : { reason: made.reason }) });
}

/** An error of this class and message; what is left out is not looked at. */
export function error(name?: string, message?: string | RegExp): GivenValue {
  const expected = message instanceof RegExp ? patternOf(message) : message;
  return new GivenValue({
    kind: 'error',
    ...(name === undefined ? {} : { name }),
    ...(expected === undefined ? {} : { message: expected }),
  });
}

/** A handshake refused with this status. Without a body any is accepted. Throws for a status that cannot refuse. */
export function reject(status: number, body?: string): GivenValue {
  const refusal = new Rejected(status, body, {});
  return new GivenValue({ kind: 'reject', status: refusal.status, ...(body === undefined ? {} : { body }) });
}

/** Several events in one column: `sequence('4', '5', '|')`. */
export const sequence = (...items: readonly string[]): GivenValue => new GivenValue({ kind: 'sequence', items });

/**
 * What a JavaScript value means in a lane: a string is that text, a RegExp any text that it matches, a Uint8Array binary,
 * an Error an error, anything else JSON. Throws a `MistakeError` for what JSON cannot hold.
 *
 * @param name What it is called there: the symbol.
 */
export function toValue(given: unknown, name: string): Value | Sequence {
  if (typeof given === 'string') return { kind: 'text', text: given };
  if (given instanceof RegExp) return { kind: 'pattern', pattern: patternOf(given) };
  if (given instanceof Uint8Array) return { kind: 'binary', bytes: Uint8Array.from(given) };
  if (given instanceof Error) return { kind: 'error', name: given.name, message: given.message };
  if (!(given instanceof GivenValue)) return { kind: 'json', json: toJsonPattern(given, name) };
  const { value } = given;
  return value.kind === 'placeholder' || value.kind === 'id' ? { kind: 'json', json: value } : value;
}

const patternOf = ({ source, flags }: RegExp) => ({ source, flags: flags.replace(/[^imsu]/g, '') });

/** @param around What the value stands in: nothing can stand in itself. */
function toJsonPattern(given: unknown, path: string, around: readonly object[] = []): JsonPattern {
  const refuse = (what: string, expected: string, advice: string): never => {
    throw new MistakeError({ at: 0, found: `${path} = ${what}`, expected, advice });
  };
  if (given instanceof GivenValue) {
    const { value } = given;
    if (value.kind === 'any') return { kind: 'placeholder', fits: 'any' };
    if (value.kind === 'placeholder' || value.kind === 'id') return value;
    return refuse(value.kind, 'JSON', 'Inside it only any, anyString, anyNumber, now and id() can stand.');
  }
  if (given === null || typeof given === 'string' || typeof given === 'boolean')
    return { kind: 'literal', value: given };
  if (typeof given === 'number' && Number.isFinite(given)) return { kind: 'literal', value: given + 0 };
  if (typeof given !== 'object') return refuse(show(given), 'what JSON can hold', '');
  if (around.includes(given)) return refuse('what it stands in', 'what JSON can hold', '');
  const here = [...around, given];
  if ('toJSON' in given && typeof given.toJSON === 'function') return toJsonPattern(given.toJSON(), path, here);
  if (Array.isArray(given)) {
    return { kind: 'array', items: given.map((item, index) => toJsonPattern(item, `${path}[${index}]`, here)) };
  }
  if (!isPlain(given)) return refuse(withArticle(typeOf(given)), 'what JSON can hold', insteadOf(given));
  const members = Object.entries(given).filter(([, value]) => value !== undefined);
  return {
    kind: 'object',
    members: members.map(([key, value]) => [key, toJsonPattern(value, path + step(key), here)]),
  };
}

/** What to write for an object that JSON would make `{}` of. */
function insteadOf(given: object): string {
  if (given instanceof Promise) return 'Await it before the test.';
  if (given instanceof Map) return 'Write Object.fromEntries(map), if an object is meant.';
  if (given instanceof Set) return 'Write [...set], if an array is meant.';
  return given instanceof ArrayBuffer || ArrayBuffer.isView(given) ? 'Bytes are a Uint8Array.' : '';
}
