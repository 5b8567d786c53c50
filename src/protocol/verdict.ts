import type { Observable } from 'rxjs';
import { type CookieToSet, setCookieLine } from './cookie.ts';
import { SluiceError, show } from './errors.ts';
import { type HeaderFields, headerLines, isToken } from './header.ts';

/** What `accept()` may say about the 101 and the channel behind it. */
export interface Acceptance<Context extends object | undefined> {
  /** Becomes `channel.context`. @default undefined */
  readonly context?: Context;
  /** The subprotocol of the 101; must be one of `request.subprotocols`. @default the one that the route chooses */
  readonly subprotocol?: string;
  /** Fields to add to the 101. Those of the protocol itself are refused. */
  readonly headers?: HeaderFields;
  /** Cookies to set on the 101, by name. */
  readonly cookies?: Readonly<Record<string, CookieToSet>>;
  /** When the channel ends with Close 4001 `expired`; each Date of an Observable replaces the one before. */
  readonly expires?: Date | Observable<Date>;
}

/** The verdict that lets a handshake pass; made by `accept()`. */
export class Accepted<Context extends object | undefined = undefined> {
  readonly #brand = true;
  readonly context: Context;
  readonly subprotocol: string | undefined;
  readonly expires: Date | Observable<Date> | undefined;
  /** Header lines for the 101, cookies among them, already checked. */
  readonly lines: ReadonlyArray<readonly [name: string, value: string]>;

  constructor(
    context: Context,
    subprotocol: string | undefined,
    expires: Date | Observable<Date> | undefined,
    lines: ReadonlyArray<readonly [name: string, value: string]>,
  ) {
    this.context = context;
    this.subprotocol = subprotocol;
    this.expires = expires;
    this.lines = lines;
    Object.freeze(this);
  }

  /** This verdict and a later one as one: contexts and lines merged, of the rest the later one's where it has it. */
  and(later: Accepted<object | undefined>): Accepted<object | undefined> {
    return new Accepted(
      { ...this.context, ...later.context },
      later.subprotocol ?? this.subprotocol,
      later.expires ?? this.expires,
      [...this.lines, ...later.lines],
    );
  }

  static is(value: unknown): value is Accepted<object | undefined> {
    return typeof value === 'object' && value !== null && #brand in value;
  }
}

/** The verdict that refuses a handshake with an HTTP answer; made by `reject()`. */
export class Rejected {
  readonly #brand = true;
  readonly status: number;
  readonly body: string | undefined;
  readonly lines: ReadonlyArray<readonly [name: string, value: string]>;

  constructor(status: number, body: string | undefined, headers: HeaderFields) {
    if (body !== undefined && typeof body !== 'string') {
      throw new SluiceError('SLUICE_BAD_OPTION', `The body of reject() takes a string, not ${show(body)}.`);
    }
    if (!Number.isInteger(status) || status < 300 || status > 599) {
      throw new SluiceError('SLUICE_BAD_STATUS', `Cannot refuse a handshake with status ${show(status)}.`);
    }
    this.status = status;
    this.body = body;
    this.lines = headerLines(headers);
    Object.freeze(this);
  }

  static is(value: unknown): value is Rejected {
    return typeof value === 'object' && value !== null && #brand in value;
  }
}

/**
 * Lets a handshake pass and shapes its 101.
 *
 * ```ts
 * (request) => accept({ context: { user }, cookies: { seen: '1' }, expires: new Date(token.exp * 1000) })
 * ```
 *
 * Throws `SLUICE_BAD_HEADER` for a header or cookie that HTTP or the protocol does not allow, and `SLUICE_BAD_OPTION`
 * for an Invalid Date.
 */
export function accept<Context extends object | undefined = undefined>(
  acceptance: Acceptance<Context> = {},
): Accepted<Context> {
  const { context, subprotocol, headers = {}, cookies = {}, expires, ...unknown } = acceptance;
  for (const name of Object.keys(unknown)) {
    throw new SluiceError('SLUICE_UNKNOWN_OPTION', `There is no option ${show(name)} (in accept()).`);
  }
  if (subprotocol !== undefined && !isToken(subprotocol)) {
    throw new SluiceError('SLUICE_BAD_HEADER', `${show(subprotocol)} is no subprotocol.`);
  }
  if (expires !== undefined && !isExpiry(expires)) {
    throw new SluiceError(
      'SLUICE_BAD_OPTION',
      `The option expires of accept() takes a valid Date, not ${show(expires)}.`,
    );
  }
  const setCookies = Object.entries(cookies).map(([name, cookie]) => setCookieLine(name, cookie));
  const lines = [...headerLines(headers), ...headerLines({ 'Set-Cookie': setCookies })];
  return new Accepted(context as Context, subprotocol, expires, lines);
}

function isExpiry(expires: Date | Observable<Date>): boolean {
  if (expires instanceof Date) return !Number.isNaN(expires.getTime());
  return typeof expires === 'object' && expires !== null && 'subscribe' in expires;
}

/**
 * Refuses a handshake with an HTTP status from 300 to 599, a body (the status text by default) and header fields.
 *
 * ```ts
 * (request) => request.cookies.sid ? { sid: request.cookies.sid } : reject(401, 'Sign in first.')
 * ```
 *
 * Throws `SLUICE_BAD_STATUS` for another status and `SLUICE_BAD_HEADER` for a header that HTTP does not allow.
 */
export function reject(status: number, body?: string, headers: HeaderFields = {}): Rejected {
  return new Rejected(status, body, headers);
}
