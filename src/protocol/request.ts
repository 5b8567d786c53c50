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
  /** Names and values in turn; once compact in one string, a line each. */
  #fields: readonly string[] | string;
  #headers: Headers | undefined;
  #query: URLSearchParams | undefined;
  #cookies: Cookies | undefined;
  /** Set once the route is found, before anybody else sees the request. */
  params: unknown = undefined;
  /** Set once the `session` option has answered. */
  session: unknown = undefined;

  constructor({ url, rawHeaders, host, remoteAddress, secure }: RequestFacts) {
    this.url = url;
    this.host = host;
    this.remoteAddress = remoteAddress;
    this.secure = secure;
    this.#fields = rawHeaders;
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
      const fields = this.#namesAndValues();
      for (let i = 0; i + 1 < fields.length; i += 2) this.#headers.append(fields[i] ?? '', fields[i + 1] ?? '');
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
    const fields = this.#namesAndValues();
    for (let i = 0; i + 1 < fields.length; i += 2) {
      const field = fields[i] ?? '';
      // A handshake asks for many, and most names differ in length already.
      if (field.length === name.length && field.toLowerCase() === name) found.push(fields[i + 1] ?? '');
    }
    return found;
  }

  /** The handshake is done: what is kept for the life of a channel is one string, which weighs less than many. */
  compact(): void {
    if (typeof this.#fields !== 'string') this.#fields = this.#fields.join('\n');
  }

  #namesAndValues(): readonly string[] {
    return typeof this.#fields === 'string' ? this.#fields.split('\n') : this.#fields;
  }
}
