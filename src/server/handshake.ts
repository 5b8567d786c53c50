import type { IncomingMessage } from 'node:http';
import type { Clock } from '../channel/clock.ts';
import type { RefusalReason } from '../channel/events.ts';
import { SluiceError, show } from '../protocol/errors.ts';
import { isToken } from '../protocol/header.ts';
import { LazyRequest } from '../protocol/request.ts';
import { Accepted, Rejected, reject } from '../protocol/verdict.ts';
import type { CompiledRoute } from './compile.ts';
import { toVerdict } from './guard.ts';
import type { Place } from './limits.ts';
import type { TrustProxy } from './options.ts';
import { findRoute, isDecodable } from './router.ts';

/** An upgrade request as the edge hands it over: facts, no sockets. */
export interface Attempt {
  readonly method: string;
  readonly httpVersion: string;
  /** Path and query. */
  readonly url: string;
  readonly rawHeaders: readonly string[];
  /** Milliseconds that have gone by since the connection was made, or the request before this was answered. */
  readonly elapsed: number;
  readonly incoming: IncomingMessage;
  /** Host, remote address and scheme, for a proxy that is trusted so far. */
  forwarded(trust: TrustProxy): { host: string; remoteAddress: string; secure: boolean };
}

/** What came out of an attempt. */
export type Outcome = Opened | Refused;

/** The handshake may be completed. */
export interface Opened {
  readonly route: CompiledRoute;
  readonly request: LazyRequest;
  readonly verdict: Accepted<object | undefined>;
  readonly subprotocol: string | undefined;
  /** Taken by the handshake; the channel gives it back. */
  readonly place: Place;
}

/** The handshake is refused with an HTTP answer. */
export interface Refused {
  readonly reason: RefusalReason;
  readonly rejected: Rejected;
  readonly route: CompiledRoute | undefined;
  readonly request: LazyRequest;
}

/** What a handshake needs of the app. */
export interface HandshakeHost {
  readonly clock: Clock;
  readonly routes: readonly CompiledRoute[];
  /** Not open: no new channels. */
  readonly closing: boolean;
  take(route: CompiledRoute, address: string): Place | 503 | 429;
  report(error: unknown, route: CompiledRoute): void;
}

/** Why a handshake ends before its verdict: the peer has gone, or the app closes. */
export type Interruption = 'abandoned' | 'closing';

/** Thrown inside a handshake to refuse it. */
class Refusal {
  readonly reason: RefusalReason;
  readonly rejected: Rejected;

  constructor(reason: RefusalReason, rejected: Rejected) {
    this.reason = reason;
    this.rejected = rejected;
  }
}

/**
 * Takes a handshake from request to verdict, in the order of what is cheapest to refuse.
 *
 * @param interrupted Settles when there is no use in going on.
 */
export async function handshake(
  host: HandshakeHost,
  attempt: Attempt,
  interrupted: Promise<Interruption>,
): Promise<Outcome> {
  const found = findRoute(host.routes, attempt.url);
  const route = found === undefined || found === 'malformed' ? undefined : found.route;
  let request = new LazyRequest({ ...attempt, ...attempt.forwarded(false) });
  let place: Place | undefined;
  try {
    if (route !== undefined) request = believing(host, attempt, route);
    if (found === 'malformed') throw new Refusal('malformed', reject(400, 'The path cannot be decoded.'));
    if (found === undefined || route === undefined) throw notFound(attempt.url);
    request.params = found.params;
    checkProtocol(attempt, request);
    if (host.closing) throw new Refusal('closing', reject(503));
    if (!route.allowsOrigin(request.origin, request.host)) throw new Refusal('origin', reject(403));
    const subprotocol = chooseSubprotocol(route, request);
    const taken = host.take(route, request.remoteAddress);
    if (typeof taken === 'number') throw new Refusal('limit', reject(taken));
    place = taken;
    const left = Math.max(0, route.settings.handshakeTimeout - attempt.elapsed);
    const verdict = await inTime(host.clock, left, interrupted, decide(host, route, request, attempt.incoming));
    if (Rejected.is(verdict)) throw new Refusal('guard', verdict);
    if (host.closing) throw new Refusal('closing', reject(503));
    return { route, request, verdict, subprotocol: verdict.subprotocol ?? subprotocol, place };
  } catch (refusal) {
    place?.release();
    if (!(refusal instanceof Refusal)) throw refusal;
    return { reason: refusal.reason, rejected: refusal.rejected, route, request };
  }
}

/** The request as its trusted proxies tell of it. Whom to trust may be decided by user code, which may throw. */
function believing(host: HandshakeHost, attempt: Attempt, route: CompiledRoute): LazyRequest {
  try {
    return new LazyRequest({ ...attempt, ...attempt.forwarded(route.settings.trustProxy) });
  } catch (error) {
    host.report(error, route);
    throw new Refusal('failed', reject(500));
  }
}

/** A path that nobody could decode is no path. */
function notFound(url: string): Refusal {
  if (isDecodable(url)) return new Refusal('not-found', reject(404));
  return new Refusal('malformed', reject(400, 'The path cannot be decoded.'));
}

/** RFC 9112 section 3.2: a name or an address, and a port. */
const authority = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\,]+)(:\d*)?$/i;

/** RFC 6455 section 4.2.1, and what `ws` lets pass: HTTP/1.0, no `Host` or two, a version like `013`. */
function checkProtocol(attempt: Attempt, request: LazyRequest): void {
  const refuse = (status: number, body: string, headers = {}): never => {
    throw new Refusal('malformed', reject(status, body, headers));
  };
  const one = (name: string): string => request.values(name).join(', ').trim();
  if (attempt.method !== 'GET') refuse(405, 'A WebSocket handshake is a GET.', { Allow: 'GET' });
  if (attempt.httpVersion !== '1.1') refuse(400, 'A WebSocket handshake needs HTTP/1.1.');
  const hosts = request.values('host');
  if (hosts.length !== 1) refuse(400, 'A WebSocket handshake has one Host.');
  if (![...hosts, request.host].every((name) => authority.test(name))) refuse(400, 'The Host is not valid.');
  if (one('upgrade').toLowerCase() !== 'websocket') refuse(400, 'The Upgrade is not to websocket.');
  if (one('sec-websocket-version') !== '13') refuse(426, 'The WebSocket version is 13.');
  if (!/^[+/0-9A-Za-z]{22}==$/.test(one('sec-websocket-key'))) refuse(400, 'The Sec-WebSocket-Key is not 16 bytes.');
  if (request.values('origin').length > 1) refuse(400, 'A WebSocket handshake has one Origin.');
  const length = one('content-length');
  if ((length !== '' && length !== '0') || one('transfer-encoding') !== '') refuse(400, 'A handshake has no body.');
  const offered = request.subprotocols;
  if (request.values('sec-websocket-protocol').length > 0 && offered.length === 0) {
    refuse(400, 'The Sec-WebSocket-Protocol is empty.');
  }
  if (!offered.every((name) => isToken(name)) || new Set(offered).size !== offered.length) {
    refuse(400, 'The Sec-WebSocket-Protocol is not a list of different names.');
  }
}

function chooseSubprotocol(route: CompiledRoute, request: LazyRequest): string | undefined {
  const wanted = route.settings.subprotocols;
  if (wanted === undefined) return request.subprotocols[0];
  const chosen = wanted.find((name) => request.subprotocols.includes(name));
  if (chosen === undefined) throw new Refusal('subprotocol', reject(400, `Offer one of: ${wanted.join(', ')}.`));
  return chosen;
}

/** Waits for the decision, but no longer than it may take or than there is use in it. */
function inTime<T>(
  clock: Clock,
  milliseconds: number,
  interrupted: Promise<Interruption>,
  decision: Promise<T>,
): Promise<T> {
  return new Promise((resolve, refuse) => {
    const timer = clock.after(milliseconds, () => refuse(new Refusal('timeout', reject(503))));
    const settle = (step: () => void): void => {
      timer.cancel();
      step();
    };
    // 499 is what servers write into their logs for a peer that has gone; nobody receives it.
    interrupted.then((why) => settle(() => refuse(new Refusal(why, reject(why === 'closing' ? 503 : 499)))));
    decision.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => refuse(error)),
    );
  });
}

/** Session, then guard. What user code throws is a 500 with a fixed body; the error goes to the app. */
async function decide(
  host: HandshakeHost,
  route: CompiledRoute,
  request: LazyRequest,
  incoming: IncomingMessage,
): Promise<Accepted<object | undefined> | Rejected> {
  const { session, guard } = route.options;
  try {
    request.session = await session?.(request as never, incoming);
    const verdict =
      guard === undefined
        ? new Accepted(undefined, undefined, undefined, [])
        : toVerdict(await guard(request as never, {}));
    if (
      Accepted.is(verdict) &&
      verdict.subprotocol !== undefined &&
      !request.subprotocols.includes(verdict.subprotocol)
    ) {
      throw new SluiceError('SLUICE_SUBPROTOCOL_NOT_OFFERED', `The guard accepted ${show(verdict.subprotocol)}.`);
    }
    return verdict;
  } catch (error) {
    host.report(error, route);
    throw new Refusal('failed', reject(500));
  }
}
