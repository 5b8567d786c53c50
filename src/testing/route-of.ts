import type { Settings } from '../marble/scenario.ts';
import type { Route } from '../server/route.ts';
import type { AnyHandler, Fixture } from './fixture.ts';

/** Fits every path; a handler that is tested alone has none. */
const anyPath = '/{*path}';

/**
 * The route that a scenario is run on: that of the fixture, with what the scenario gives put over it. A context that is
 * given takes the place of session and guard. Without a `url` the path of the route is not looked at.
 */
export function routeOf(
  { url }: Settings,
  { handler, context, options }: Fixture,
): Omit<Route, 'handler'> & { handler: AnyHandler } {
  const given = typeof handler === 'function' ? undefined : handler;
  const guard = context === undefined ? {} : { guard: () => context, session: undefined };
  const guarded = { ...given?.options, ...guard, ...options };
  return {
    path: given === undefined || url === '/' ? anyPath : given.path,
    options: guarded as Route['options'],
    handler: given?.handler ?? (handler as AnyHandler),
  };
}
