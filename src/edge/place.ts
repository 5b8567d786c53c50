import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The frames of a package may lie between a call and the code that it was made for. */
const deepest = 50;

/** Where this package is: its own frames say nothing to who uses it. */
const ours = fileURLToPath(new URL('../', import.meta.url));

const place = /((?:file:\/\/)?\/?[^\s()]+):(\d+):\d+\)?$/;

/** Notes where the code is now. It is not written out before it is needed, so that it costs little. */
export function here(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = deepest;
  const error = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

/** The file and line of the user's code that led there, as `src/chat.ts:12`; `undefined` if there is none. */
export function placeIn({ stack = '' }: Pick<Error, 'stack'>): string | undefined {
  for (const line of stack.split('\n').slice(1)) {
    const [, at = '', lineNumber] = place.exec(line) ?? [];
    const file = at.startsWith('file:') ? fileURLToPath(at) : at;
    if (file === '' || isForeign(file)) continue;
    const path = file.replace(/\?.*$/, '');
    const fromHere = relative('', path);
    return `${fromHere.startsWith('..') ? path : fromHere}:${lineNumber}`;
  }
  return undefined;
}

const isForeign = (file: string): boolean =>
  file.startsWith('node:') || file.startsWith(ours) || /[\\/]node_modules[\\/]/.test(file);
