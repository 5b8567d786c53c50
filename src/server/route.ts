import type { Handler } from '../channel/handler.ts';
import type { RouteOptions } from './options.ts';

/** The options of a route when their types do not matter any more. */
export type AnyRouteOptions = RouteOptions<string, never, never, object, never>;

/** A path, its options and its handler, as one frozen value. */
export interface Route {
  readonly path: string;
  readonly options: AnyRouteOptions;
  readonly handler: (channel: never) => unknown;
}

/**
 * Puts a handler on a path. The types of the path's parameters, the messages, the context and the session reach the
 * handler by themselves.
 *
 * ```ts
 * route('/echo', ({ in$ }) => in$)
 * route('/chat/:room', { codec: json({ in: Say, out: Said }), guard: signedIn }, chat)
 * ```
 *
 * The syntax of paths is path-to-regexp's: `:name` is one segment, `*rest` the remaining ones, `{/:page}` is optional.
 * The first route in order wins. Path and options are checked when the app is made.
 */
export function route<const Path extends string>(
  path: Path,
  handler: Handler<string, string, Path, undefined, undefined>,
): Route;
export function route<
  const Path extends string,
  In = string,
  Out = string,
  Context extends object | undefined = undefined,
  Session = undefined,
>(
  path: Path,
  options: RouteOptions<Path, In, Out, Context, Session>,
  handler: Handler<In, Out, Path, Context, Session>,
): Route;
export function route(path: string, ...rest: readonly unknown[]): Route {
  return rest.length > 1 ? frozen(path, rest[0], rest[1]) : frozen(path, {}, rest[0]);
}

/** `route` with options already given; those of a single route are put over them. */
export interface RouteWith<In, Out, Context extends object | undefined, Session> {
  <const Path extends string>(path: Path, handler: Handler<In, Out, Path, Context, Session>): Route;
  <const Path extends string, In2 = In, Out2 = Out, Context2 extends object | undefined = Context, Session2 = Session>(
    path: Path,
    options: RouteOptions<Path, In2, Out2, Context2, Session2>,
    handler: Handler<In2, Out2, Path, Context2, Session2>,
  ): Route;
}

/**
 * Gives many routes the same options: one codec and one guard for a group of paths, typed once.
 *
 * ```ts
 * const member = routeWith({ codec: json({ in: Say, out: Said }), guard: signedIn });
 * const routes = [member('/chat/:room', chat), member('/board', { maxPayload: 4_096 }, board)];
 * ```
 */
export function routeWith<
  In = string,
  Out = string,
  Context extends object | undefined = undefined,
  Session = undefined,
>(options: RouteOptions<string, In, Out, Context, Session>): RouteWith<In, Out, Context, Session> {
  const given = (path: string, ...rest: readonly unknown[]): Route =>
    rest.length > 1 ? frozen(path, { ...options, ...(rest[0] as object) }, rest[1]) : frozen(path, options, rest[0]);
  return given as RouteWith<In, Out, Context, Session>;
}

/** Whatever it is given: it is checked when the app is made. */
function frozen(path: string, options: unknown, handler: unknown): Route {
  return Object.freeze({
    path,
    // A copy of what is no object would be an empty one, and pass.
    options: (isObject(options) ? Object.freeze({ ...options }) : options) as AnyRouteOptions,
    handler: handler as Route['handler'],
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
