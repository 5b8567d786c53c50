import type { Observable, Observer } from 'rxjs';
import type { ServerChannel } from '../channel/channel.ts';
import { SluiceError, show } from '../protocol/errors.ts';
import type { Route } from '../server/route.ts';
import type { ShutdownOptions } from '../server/shutdown.ts';

/** A handler, as a test sees it. */
export type AnyHandler = (channel: never) => unknown;

/** What a scenario can push into and look at: the world beside the socket. */
export type AnySubject = Observable<unknown> & Partial<Observer<never>>;

/**
 * What is under test, and the world beside the socket: a hub, a database, a price feed.
 *
 * ```ts
 * export const feed = () => {
 *   const prices = new Subject<string>();
 *   return { handler: () => prices, subjects: { prices } };
 * };
 * ```
 */
export interface Fixture {
  readonly handler: AnyHandler | Route;
  /** What the guard would have given. */
  readonly context?: object;
  /** What the path would have given. */
  readonly params?: Readonly<Record<string, string>>;
  /** Options of the route. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** For the lanes `NAME.push` and `NAME.seen`. */
  readonly subjects?: Readonly<Record<string, AnySubject>>;
  /** For the lane `do`: `actions[1]` is called at `1`, for example with `(app) => app.close()`. */
  readonly actions?: Readonly<Record<number, (app: StagedApp) => unknown>>;
}

/** The app of a scenario, for its actions. */
export interface StagedApp {
  readonly channels: ReadonlySet<ServerChannel>;
  /** Shuts down as `app.close()` does. */
  close(options?: ShutdownOptions): Promise<void>;
}

/** A subject or action that a scenario names and its fixture does not have. */
export class MissingPart extends Error {
  override readonly name = 'MissingPart';
}

/** Takes a handler, a route or a fixture as a fixture. Throws `SLUICE_BAD_OPTION`. */
export function toFixture(given: unknown): Fixture {
  if (typeof given === 'function') return { handler: given as AnyHandler };
  if (typeof given === 'object' && given !== null && 'handler' in given) {
    if ('path' in given) return { handler: given as Route };
    if (typeof given.handler === 'function' || typeof given.handler === 'object') return given as Fixture;
  }
  throw new SluiceError('SLUICE_BAD_OPTION', `A scenario tests a handler, a route or a fixture, not ${show(given)}.`);
}
