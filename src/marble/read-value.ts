import { cutReason, isSendableCode } from '../protocol/close.ts';
import { readBase64, readHex } from './binary.ts';
import { readJsonPattern, readString } from './json-pattern.ts';
import { quote } from './problem.ts';
import type { Reader } from './reader.ts';
import type { Sequence } from './scenario.ts';
import { isSymbol, whyNoSymbol } from './symbol.ts';
import type { Pattern, Value } from './value.ts';

const forms =
  'There are "text", text /re/, json {...}, hex 01 ff, base64 AQ==, bytes 16, any, close 4001 "reason", ' +
  'error Name "message", reject 401 "body", ping, pong, terminate, and sequences (a b |).';

/** Reads the right side of a legend line, to its end. */
export function readValue(reader: Reader): Value | Sequence {
  const next = reader.blanks().text[reader.at];
  const value = next === '"' ? readText(reader) : next === '(' ? readSequence(reader) : readNamed(reader);
  reader.end();
  return value;
}

const readText = (reader: Reader): Value => ({ kind: 'text', text: readString(reader) });

function readNamed(reader: Reader): Value {
  const { at } = reader;
  const name = reader.take(namedHere);
  const read = name === undefined ? undefined : named[name];
  if (read === undefined) return reader.fail('a value', adviceFor(reader.text[at]), at);
  reader.blanks();
  return read(reader);
}

function adviceFor(first = ''): string {
  if (first === "'") return 'Use double quotes, as in JSON.';
  if (/[\d{[-]/.test(first)) return `JSON has "json" before it. ${forms}`;
  if (first === '/') return `A regular expression has "text" before it. ${forms}`;
  return forms;
}

const named: Readonly<Record<string, (reader: Reader) => Value>> = {
  text: (reader) => ({ kind: 'pattern', pattern: readPattern(reader) }),
  json: (reader) => ({ kind: 'json', json: readJsonPattern(reader) }),
  hex: (reader) => ({ kind: 'binary', bytes: readHex(reader) }),
  base64: (reader) => ({ kind: 'binary', bytes: readBase64(reader) }),
  bytes: (reader) => ({ kind: 'size', size: readSize(reader) }),
  any: () => ({ kind: 'any' }),
  close: readClose,
  error: readError,
  reject: readReject,
  ping: () => ({ kind: 'ping' }),
  pong: () => ({ kind: 'pong' }),
  terminate: () => ({ kind: 'terminate' }),
};
// "base64" has digits in its name.
const namedHere = new RegExp(`(?:${Object.keys(named).join('|')})(?![\\w])`, 'y');

function readSize(reader: Reader): number {
  const { at } = reader;
  const size = Number(reader.need(/\d+/y, 'a number of bytes', 'Write for example bytes 65536.'));
  return Number.isSafeInteger(size) ? size : reader.fail('a smaller number of bytes', '', at);
}

function readClose(reader: Reader): Value {
  const { at } = reader;
  const code = Number(reader.need(/\d{4}(?!\d)/y, 'a close code', 'Write for example close 4001 "kicked".'));
  // 1005 stands for a Close without a code, which a peer may send.
  if (!isSendableCode(code) && code !== 1005) {
    const advice = code === 1006 ? 'No Close carries 1006: a lost connection is # in a lane.' : '';
    reader.fail('a close code', advice || 'There are 1000-1003, 1005, 1007-1014 and 3000-4999.', at);
  }
  const start = reader.blanks().at;
  if (reader.done) return { kind: 'close', code };
  const reason = readString(reader, 'a reason in double quotes');
  if (code === 1005 && reason !== '') reader.fail('no reason', 'A Close without a code has none.', start);
  if (cutReason(reason) !== reason) reader.fail('a reason of at most 123 bytes', 'A Close holds no more.', start);
  return { kind: 'close', code, reason };
}

function readReject(reader: Reader): Value {
  const { at } = reader;
  const status = Number(reader.need(/\d+/y, 'an HTTP status', 'Write for example reject 401 "sign in first".'));
  if (status < 300 || status > 599) reader.fail('an HTTP status from 300 to 599', '', at);
  if (reader.blanks().done) return { kind: 'reject', status };
  return { kind: 'reject', status, body: readString(reader, 'a body in double quotes') };
}

function readError(reader: Reader): Value {
  const name = reader.take(/[\p{L}_$][\p{L}\p{N}_$]*/uy);
  const called = name === undefined ? {} : { name };
  if (reader.blanks().done) return { kind: 'error', ...called };
  const message =
    reader.text[reader.at] === '/' ? readPattern(reader) : readString(reader, 'a message, "text" or /re/');
  return { kind: 'error', ...called, message };
}

/** Reads `/re/flags`. A slash inside a class such as [/] does not end it. */
function readPattern(reader: Reader): Pattern {
  const advice = 'Write for example text /^[0-9]+$/i; text itself stands in double quotes without "text" before it.';
  const { at } = reader;
  const body = reader.need(/\/(?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+\//uy, 'a regular expression', advice).slice(1, -1);
  const flags = reader.take(/[a-z]+/y) ?? '';
  if (/[^imsu]/.test(flags)) reader.fail('of the flags only i, m, s and u', '', reader.at - flags.length);
  try {
    const expression = new RegExp(body, flags);
    return { source: expression.source, flags: expression.flags };
  } catch (error) {
    return reader.fail(
      'a regular expression',
      error instanceof Error ? `${error.message}.` : '',
      at,
      quote(`/${body}/${flags}`),
    );
  }
}

/** Reads `(4 5 |)`; blanks between the items are free. */
function readSequence(reader: Reader): Sequence {
  const items: string[] = [];
  reader.at += 1;
  while (reader.blanks().take(/\)/y) === undefined) {
    const { at } = reader;
    const item = reader.take(/./uy) ?? reader.fail('a closing )', 'A sequence ends on its line.');
    if (item !== '|' && item !== '#' && !isSymbol(item))
      reader.fail('a symbol, | or #', whyNoSymbol(item), at, `"${item}"`);
    items.push(item);
  }
  if (items.length === 0) reader.fail('a symbol', 'A sequence is not empty: write for example (a b |).', reader.at - 1);
  return { kind: 'sequence', items };
}
