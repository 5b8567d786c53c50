import { SluiceError, show } from '../protocol/errors.ts';
import type { PathParams } from '../protocol/path.ts';
import type { UpgradeRequest } from '../protocol/request.ts';
import { Accepted, accept, Rejected } from '../protocol/verdict.ts';

/** A Promise is an object too: taken for a context, it would hide what it resolves to. */
interface NotPromise {
  readonly then?: never;
}

/** What a guard answers: the context of the channel, `accept({...})` or `reject(status)`. */
export type Verdict<Context extends object | undefined> = (Context & NotPromise) | Accepted<Context> | Rejected;

/**
 * Decides on a handshake. What it returns becomes `channel.context`.
 *
 * ```ts
 * const signedIn = (request: UpgradeRequest) =>
 *   request.cookies.user ? { user: request.cookies.user } : reject(401);
 * ```
 *
 * `sofar` is the context that the guards before it in `allOf` gave. A guard that throws refuses with 500 and a fixed
 * body; one that is slower than `handshakeTimeout` refuses with 503.
 */
export type Guard<
  Context extends object | undefined = object,
  Session = unknown,
  Sofar = object,
  Params = PathParams<string>,
> = (request: UpgradeRequest<Params, Session>, sofar: Sofar) => Verdict<Context> | Promise<Verdict<Context>>;

/**
 * Runs guards in order and stops at the first that rejects. Each sees the context gathered so far; the contexts are
 * merged, and so are the headers and cookies of `accept`. Of `subprotocol` and `expires` the last one given counts.
 * Contexts are to be plain objects here.
 *
 * ```ts
 * guard: allOf(signedIn, (request, { user }) => (isMember(user) ? { member: true } : reject(403)))
 * ```
 */
export function allOf<S, P, A extends object>(a: Guard<A, S, object, P>): Guard<A, S, object, P>;
export function allOf<S, P, A extends object, B extends object>(
  a: Guard<A, S, object, P>,
  b: Guard<B, S, A, P>,
): Guard<A & B, S, object, P>;
export function allOf<S, P, A extends object, B extends object, C extends object>(
  a: Guard<A, S, object, P>,
  b: Guard<B, S, A, P>,
  c: Guard<C, S, A & B, P>,
): Guard<A & B & C, S, object, P>;
export function allOf<S, P, A extends object, B extends object, C extends object, D extends object>(
  a: Guard<A, S, object, P>,
  b: Guard<B, S, A, P>,
  c: Guard<C, S, A & B, P>,
  d: Guard<D, S, A & B & C, P>,
): Guard<A & B & C & D, S, object, P>;
export function allOf<S, P, A extends object, B extends object, C extends object, D extends object, E extends object>(
  a: Guard<A, S, object, P>,
  b: Guard<B, S, A, P>,
  c: Guard<C, S, A & B, P>,
  d: Guard<D, S, A & B & C, P>,
  e: Guard<E, S, A & B & C & D, P>,
): Guard<A & B & C & D & E, S, object, P>;
export function allOf(...guards: ReadonlyArray<Guard<never, never, never, never>>): Guard<object> {
  return async (request, first) => {
    let all: Accepted<object | undefined> = accept({ context: first });
    for (const guard of guards) {
      const verdict = toVerdict(await guard(request as never, all.context as never));
      if (Rejected.is(verdict)) return verdict;
      all = all.and(verdict);
    }
    return all as Accepted<object>;
  };
}

/** Brings what a guard returned to a verdict. Throws `SLUICE_BAD_GUARD_RESULT`. */
export function toVerdict(result: unknown): Accepted<object | undefined> | Rejected {
  if (Accepted.is(result) || Rejected.is(result)) return result;
  if (typeof result === 'object' && result !== null && !Array.isArray(result)) return accept({ context: result });
  throw new SluiceError('SLUICE_BAD_GUARD_RESULT', `The guard returned ${show(result)}.`);
}
