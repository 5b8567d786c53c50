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
  readonly host: string;
  readonly remoteAddress: string;
  readonly secure: boolean;
  /** Names and values, a line each, in one string: an idle channel keeps it, and many strings weigh more. */
  readonly #rawHeaders: string;
  #headers: Headers | undefined;
  #query: URLSearchParams | undefined;
  #cookies: Cookies | undefined;
  /** Set once the route is found, before anybody else sees the request. */
  params: unknown = undefined;
  /** Set once the `session` option has answered. */
  session: unknown = undefined;

  constructor(facts: RequestFacts) {
    this.url = facts.url;
    this.host = facts.host;
    this.remoteAddress = facts.remoteAddress;
    this.secure = facts.secure;
    this.#rawHeaders = facts.rawHeaders.join('\n');
  }

  get path(): string {
    const end = this.url.indexOf('?');
    return end < 0 ? this.url : this.url.slice(0, end);
  }

  get query(): URLSearchParams {
    const start = this.url.indexOf('?');
    this.#query ??= new URLSearchParams(start < 0 ? '' : this.url.slice(start + 1));
    return this.#query;
  }

  get headers(): Headers {
    if (this.#headers === undefined) {
      this.#headers = new Headers();
      for (const [name, value] of this.#fields()) this.#headers.append(name, value);
    }
    return this.#headers;
  }

  get cookies(): Cookies {
    this.#cookies ??= parseCookies(this.values('cookie').join('; '));
    return this.#cookies;
  }

  get origin(): string | undefined {
    return this.values('origin')[0];
  }

  get subprotocols(): readonly string[] {
    return this.values('sec-websocket-protocol')
      .flatMap((line) => line.split(','))
      .map((name) => name.trim())
      .filter((name) => name !== '');
  }

  /** The values of a header, one per line of the request; the name in lower case. */
  values(name: string): string[] {
    const found: string[] = [];
    for (const [field, value] of this.#fields()) if (field.toLowerCase() === name) found.push(value);
    return found;
  }

  *#fields(): Iterable<readonly [name: string, value: string]> {
    const lines = this.#rawHeaders.split('\n');
    for (let i = 0; i + 1 < lines.length; i += 2) yield [lines[i] ?? '', lines[i + 1] ?? ''];
  }
}
