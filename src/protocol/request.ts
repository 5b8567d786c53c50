import { compactFields, expandFields } from './compact-fields.ts';
import { type Cookies, parseCookies } from './cookie.ts';
import type { PathParams } from './path.ts';

/**
 * The HTTP request that asked for a WebSocket. It has no body, and there is no response object: a guard's verdict
 * is the answer.
 */
export interface UpgradeRequest<Params = PathParams<string>, Session = unknown> {
  /** Path and query as they were sent. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly cookies: Cookies;
  /** The path's parameters, decoded. */
  readonly params: Params;
  /** What the `session` option of the route answered; without that option `undefined`. */
  readonly session: Session;
  /** The subprotocols that were offered, in order. */
  readonly subprotocols: readonly string[];
  /** The `Host` of the request, or the forwarded one when `trustProxy` believes the sender. */
  readonly host: string;
  /** The `Origin` of the request; browsers always send one. */
  readonly origin: string | undefined;
  /** The peer's IP address, or the forwarded one when `trustProxy` believes the sender. */
  readonly remoteAddress: string;
  /** Whether the peer came by TLS, as far as this server or a trusted proxy knows. */
  readonly secure: boolean;
}

/** What the edge knows of an upgrade request. */
export interface RequestFacts {
  readonly url: string;
  /** Header names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly host: string;
  readonly remoteAddress: string;
  readonly secure: boolean;
}

/** An upgrade request that reads its parts when they are asked for: an idle channel keeps only strings. */
export class LazyRequest implements UpgradeRequest<unknown, unknown> {
  readonly url: string;
  readonly remoteAddress: string;
  readonly secure: boolean;
  /** Where it is another than the `Host` field says. */
  readonly #otherHost: string | undefined;
  /** Names and values in turn; once compact, those that many requests have, as one text. */
  #fields: readonly string[] | string;
  #ownFields = '';
  #read: { headers?: Headers; query?: URLSearchParams; cookies?: Cookies } | undefined;
  /** Set once the route is found, before anybody else sees the request. */
  params: unknown = undefined;
  /** Set once the `session` option has answered. */
  session: unknown = undefined;

  constructor({ url, rawHeaders, host, remoteAddress, secure }: RequestFacts) {
    this.url = url;
    this.remoteAddress = remoteAddress;
    this.secure = secure;
    this.#fields = rawHeaders;
    this.#otherHost = host === this.field('host') ? undefined : host;
  }

  get host(): string {
    return this.#otherHost ?? this.field('host') ?? '';
  }

  get path(): string {
    const end = this.url.indexOf('?');
    return end < 0 ? this.url : this.url.slice(0, end);
  }

  get query(): URLSearchParams {
    const start = this.url.indexOf('?');
    this.#read ??= {};
    this.#read.query ??= new URLSearchParams(start < 0 ? '' : this.url.slice(start + 1));
    return this.#read.query;
  }

  get headers(): Headers {
    this.#read ??= {};
    this.#read.headers ??= toHeaders(this.#namesAndValues);
    return this.#read.headers;
  }

  get cookies(): Cookies {
    this.#read ??= {};
    this.#read.cookies ??= parseCookies(this.values('cookie').join('; '));
    return this.#read.cookies;
  }

  get origin(): string | undefined {
    return this.field('origin');
  }

  get subprotocols(): readonly string[] {
    const names = this.field('sec-websocket-protocol');
    if (names === undefined) return none;
    return names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  }

  /** A header as one value: that of its line, or of its lines, separated by commas (RFC 9110 section 5.3). */
  field(name: string): string | undefined {
    const fields = this.#namesAndValues;
    let all: string | undefined;
    for (let i = indexOf(fields, name, 0); i >= 0; i = indexOf(fields, name, i + 2)) {
      const value = fields[i + 1] ?? '';
      all = all === undefined ? value : `${all}, ${value}`;
    }
    return all;
  }

  /** The values of a header, one per line of the request; the name in lower case. */
  values(name: string): string[] {
    const found: string[] = [];
    const fields = this.#namesAndValues;
    for (let i = indexOf(fields, name, 0); i >= 0; i = indexOf(fields, name, i + 2)) found.push(fields[i + 1] ?? '');
    return found;
  }

  /** The handshake is done: what is kept for the life of a channel is to be small. */
  compact(): void {
    if (typeof this.#fields === 'string') return;
    const { common, own } = compactFields(this.#fields);
    this.#fields = common;
    this.#ownFields = own;
  }

  get #namesAndValues(): readonly string[] {
    const fields = this.#fields;
    return typeof fields === 'string' ? expandFields({ common: fields, own: this.#ownFields }) : fields;
  }
}

const none: readonly string[] = [];

/** Where the next line of a header begins; -1 where there is none. */
function indexOf(fields: readonly string[], name: string, start: number): number {
  for (let i = start; i + 1 < fields.length; i += 2) {
    if (isNamed(fields[i] ?? '', name)) return i;
  }
  return -1;
}

/** A handshake asks for many names: most differ in length already, and no text is made to compare the others. */
function isNamed(field: string, name: string): boolean {
  if (field.length !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    const code = field.charCodeAt(i);
    const lowerCase = code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
    if (lowerCase !== name.charCodeAt(i)) return false;
  }
  return true;
}

function toHeaders(fields: readonly string[]): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < fields.length; i += 2) headers.append(fields[i] ?? '', fields[i + 1] ?? '');
  return headers;
}
