import { match, pathToRegexp } from 'path-to-regexp';
import { SluiceError, show } from './errors.ts';

/** The parameters that a path has, typed from its literal: `'/chat/:room'` gives `{ room: string }`. */
export type PathParams<Path extends string> = string extends Path
  ? Readonly<Record<string, string | string[] | undefined>>
  : { readonly [Name in keyof ParamsOf<Unescaped<Path>>]: ParamsOf<Unescaped<Path>>[Name] };

// '{/:id}' is an optional part, ':name' one segment, '*name' the segments of the rest.
type ParamsOf<Path extends string> = Path extends `${infer Before}{${infer Optional}}${infer After}`
  ? ParamsOf<Before> & Partial<ParamsOf<Optional>> & ParamsOf<After>
  : Path extends `${infer Before}:${infer After}`
    ? ParamsOf<Before> & { [Name in NameAt<After>]: string } & ParamsAfter<After>
    : Path extends `${string}*${infer After}`
      ? { [Name in NameAt<After>]: string[] } & ParamsAfter<After>
      : unknown;

type ParamsAfter<Text extends string> = Text extends `${NameAt<Text>}${infer Rest}` ? ParamsOf<Rest> : unknown;

// A backslash makes the character after it a plain one.
type Unescaped<Path extends string> = Path extends `${infer Before}\\${string}${infer After}`
  ? `${Before}/${Unescaped<After>}`
  : Path;

type NameAt<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? First extends NameEnd
    ? ''
    : `${First}${NameAt<Rest>}`
  : '';

type NameEnd = '/' | '-' | '.' | '{' | '}' | ':' | '*' | '(' | ')' | ',' | ';' | '!' | '@' | '~' | '+' | '=' | '&';

/** A path made ready: `match` answers the parameters, or nothing when the path is another. */
export interface PathPattern {
  readonly pattern: string;
  /** Equal for two paths that match the same requests, whatever their parameters are called. */
  readonly shape: string;
  /** Throws `URIError` when a percent escape in the path cannot be decoded. */
  match(path: string): Readonly<Record<string, string | string[] | undefined>> | undefined;
}

/** Compiles a path; the syntax is path-to-regexp's. Throws `SLUICE_BAD_PATH`. */
export function compilePath(pattern: string): PathPattern {
  if (typeof pattern !== 'string' || !pattern.startsWith('/')) {
    throw new SluiceError('SLUICE_BAD_PATH', `${show(pattern)} is no path.`);
  }
  try {
    const options = { sensitive: true, trailing: false, encodePath };
    const matches = match<Record<string, string | string[]>>(pattern, options);
    return {
      pattern,
      shape: pathToRegexp(pattern, options).regexp.source,
      match: (path) => {
        const found = matches(path);
        if (found === false) return undefined;
        return Object.keys(found.params).length === 0 ? noParams : found.params;
      },
    };
  } catch (cause) {
    throw new SluiceError('SLUICE_BAD_PATH', `${show(pattern)} is no path.`, { cause });
  }
}

/** Shared: path-to-regexp's own object has no prototype, which costs each channel a dictionary even where it is empty. */
const noParams: Readonly<Record<string, never>> = Object.freeze(Object.create(null));

/** Requests carry their path percent-encoded, so what a pattern writes plainly (`'/café'`) is encoded to match. */
function encodePath(text: string): string {
  return text.replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}
