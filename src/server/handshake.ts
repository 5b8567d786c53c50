import type { IncomingMessage } from 'node:http';
import type { Clock } from '../channel/clock.ts';
import type { RefusalReason } from '../channel/events.ts';
import { isPromiseLike } from '../channel/promise-like.ts';
import { SluiceError, show } from '../protocol/errors.ts';
import { LazyRequest } from '../protocol/request.ts';
import { Accepted, Rejected, reject } from '../protocol/verdict.ts';
import type { CompiledRoute } from './compile.ts';
import { toVerdict } from './guard.ts';
import type { Place } from './limits.ts';
import type { TrustProxy } from './options.ts';
import { checkProtocol } from './protocol-check.ts';
import { Refusal } from './refusal.ts';
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

/**
 * Takes a handshake from request to verdict, in the order of what is cheapest to refuse. Answers at once where neither
 * session nor guard makes it wait.
 *
 * @param interrupted Is asked for where it has to wait. Settles when there is no use in going on.
 */
export function handshake(
  host: HandshakeHost,
  attempt: Attempt,
  interrupted: () => Promise<Interruption>,
): Outcome | Promise<Outcome> {
  return new Handshake(host, attempt).begin(interrupted);
}

/** One handshake. Where it need not wait it makes no closures and no Promises: what many leave behind is to be collected. */
class Handshake {
  readonly #host: HandshakeHost;
  readonly #attempt: Attempt;
  #request: LazyRequest | undefined;
  #subprotocol: string | undefined;
  #place: Place | undefined;

  constructor(host: HandshakeHost, attempt: Attempt) {
    this.#host = host;
    this.#attempt = attempt;
  }

  begin(interrupted: () => Promise<Interruption>): Outcome | Promise<Outcome> {
    const found = findRoute(this.#host.routes, this.#attempt.url);
    const route = found === undefined || found === 'malformed' ? undefined : found.route;
    try {
      if (found === 'malformed') throw new Refusal('malformed', reject(400, 'The path cannot be decoded.'));
      if (found === undefined || route === undefined) throw notFound(this.#attempt.url);
      const request = this.#believing(route);
      this.#request = request;
      request.params = found.params;
      const place = this.#check(route, request);
      this.#place = place;
      const { session, guard } = route.options;
      const isOpen = session === undefined && guard === undefined;
      const decision = isOpen ? unguarded : this.#ask(route, request);
      if (!(decision instanceof Promise)) return this.#decided(route, request, place, decision);
      const left = Math.max(0, route.settings.handshakeTimeout - this.#attempt.elapsed);
      return inTime(this.#host.clock, left, interrupted(), decision)
        .then((verdict) => this.#decided(route, request, place, verdict))
        .catch((refusal) => this.#refused(refusal, route));
    } catch (refusal) {
      return this.#refused(refusal, route);
    }
  }

  /** All but session and guard. Answers the place that it takes. */
  #check(route: CompiledRoute, request: LazyRequest): Place {
    checkProtocol(this.#attempt.method, this.#attempt.httpVersion, request);
    if (this.#host.closing) throw new Refusal('closing', reject(503));
    if (!route.allowsOrigin(request.origin, request.host)) throw new Refusal('origin', reject(403));
    this.#subprotocol = chooseSubprotocol(route, request);
    const place = this.#host.take(route, request.remoteAddress);
    if (typeof place === 'number') throw new Refusal('limit', reject(place));
    return place;
  }

  /** Session, then guard. What user code throws is a 500 with a fixed body; the error goes to the app. */
  #ask(route: CompiledRoute, request: LazyRequest): Decision | Promise<Decision> {
    const { session, guard } = route.options;
    const failed = (error: unknown): never => {
      this.#host.report(error, route);
      throw new Refusal('failed', reject(500));
    };
    try {
      const decision = then(session?.(request as never, this.#attempt.incoming), (given) => {
        request.session = given;
        if (guard === undefined) return unguarded;
        return then(guard(request as never, {}), (result) => checkSubprotocol(toVerdict(result), request));
      });
      return decision instanceof Promise ? decision.catch(failed) : decision;
    } catch (error) {
      return failed(error);
    }
  }

  #decided(route: CompiledRoute, request: LazyRequest, place: Place, verdict: Decision): Opened {
    if (Rejected.is(verdict)) throw new Refusal('guard', verdict);
    if (this.#host.closing) throw new Refusal('closing', reject(503));
    return { route, request, verdict, subprotocol: verdict.subprotocol ?? this.#subprotocol, place };
  }

  #refused(refusal: unknown, route: CompiledRoute | undefined): Refused {
    this.#place?.release();
    if (!(refusal instanceof Refusal)) throw refusal;
    const request = this.#request ?? requestOf(this.#attempt, false);
    return { reason: refusal.reason, rejected: refusal.rejected, route, request };
  }

  /** The request as its trusted proxies tell of it. Whom to trust may be decided by user code, which may throw. */
  #believing(route: CompiledRoute): LazyRequest {
    try {
      return requestOf(this.#attempt, route.settings.trustProxy);
    } catch (error) {
      this.#host.report(error, route);
      throw new Refusal('failed', reject(500));
    }
  }
}

function requestOf(attempt: Attempt, trust: TrustProxy): LazyRequest {
  const { host, remoteAddress, secure } = attempt.forwarded(trust);
  return new LazyRequest({ url: attempt.url, rawHeaders: attempt.rawHeaders, host, remoteAddress, secure });
}

/** A path that nobody could decode is no path. */
function notFound(url: string): Refusal {
  if (isDecodable(url)) return new Refusal('not-found', reject(404));
  return new Refusal('malformed', reject(400, 'The path cannot be decoded.'));
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

type Decision = Accepted<object | undefined> | Rejected;

const unguarded = new Accepted(undefined, undefined, undefined, []);

function checkSubprotocol(verdict: Decision, { subprotocols }: LazyRequest): Decision {
  if (Rejected.is(verdict) || verdict.subprotocol === undefined || subprotocols.includes(verdict.subprotocol)) {
    return verdict;
  }
  throw new SluiceError('SLUICE_SUBPROTOCOL_NOT_OFFERED', `The guard accepted ${show(verdict.subprotocol)}.`);
}

/** Goes on with a value, at once where it is there. */
function then<T, R>(value: T | PromiseLike<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return isPromiseLike(value) ? Promise.resolve(value as PromiseLike<T>).then(next) : next(value);
}
