import { printBinary } from './binary.ts';
import { printJsonPattern } from './json-pattern.ts';
import type { Sequence } from './scenario.ts';
import type { Pattern, Value } from './value.ts';

/**
 * Writes a value as the legend of a `.marble` file has it, e.g. `close 4001 "kicked"`; what has no legend form as the
 * lane has it, e.g. `|`.
 */
export function printValue(value: Value | Sequence): string {
  switch (value.kind) {
    case 'text':
      return JSON.stringify(value.text);
    case 'json':
      return `json ${printJsonPattern(value.json)}`;
    case 'binary':
      return printBinary(value.bytes);
    case 'size':
      return `bytes ${value.size}`;
    case 'pattern':
      return `text ${printPattern(value.pattern)}`;
    case 'close':
      return words('close', value.code, quoted(value.reason));
    case 'error':
      return words('error', value.name, quoted(value.message));
    case 'reject':
      return words('reject', value.status, quoted(value.body));
    case 'sequence':
      return `(${value.items.join(' ')})`;
    case 'take':
    case 'waiting':
      return String(value.count);
    case 'do':
      return String(value.action);
    default:
      return marks[value.kind];
  }
}

const marks = {
  any: 'any',
  ping: 'ping',
  pong: 'pong',
  terminate: 'terminate',
  end: '|',
  lost: '#',
  connect: '^',
  subscribe: '^',
  unsubscribe: '!',
  stop: 'x',
  resume: 'r',
} as const;

const words = (...parts: ReadonlyArray<string | number | undefined>): string =>
  parts.filter((part) => part !== undefined).join(' ');

const quoted = (text: string | Pattern | undefined): string | undefined =>
  typeof text === 'string' ? JSON.stringify(text) : text && printPattern(text);

const printPattern = ({ source, flags }: Pattern): string => `/${source}/${flags}`;
