import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { Observable } from 'rxjs';
import type { ServerChannel } from '../channel/channel.ts';
import type { ChannelEvent, ErrorReport } from '../channel/events.ts';
import { SluiceError, show } from '../protocol/errors.ts';
import { AppCore, type AppState } from '../server/app.ts';
import { compileRoutes } from '../server/compile.ts';
import type { AppOptions } from '../server/options.ts';
import type { Route } from '../server/route.ts';
import { checkShutdown, type ShutdownOptions, shutdown } from '../server/shutdown.ts';
import { attach, type UpgradableServer } from './attach.ts';
import { systemClock } from './clock.ts';
import { checkDeflate } from './deflate.ts';
import { type Listening, listen } from './listen.ts';
import { compileTrust } from './trust.ts';
import { watchUnhandledErrors } from './unhandled.ts';
import { Upgrader } from './upgrade.ts';

/** Routes at work: made by `sluice()`. */
export interface App {
  /**
   * Listens with an HTTP server of its own. Plain HTTP on the path of a route is answered with 426, elsewhere 404.
   *
   * @param port 0 picks a free one. Default 0.
   * @param host Default all addresses.
   * @returns Where it listens. Rejects when the port is taken, and with `SLUICE_APP_CLOSED` after `close()`.
   */
  listen(port?: number, host?: string): Promise<Listening>;
  /**
   * Takes the upgrade requests of an HTTP server that is already there: Node's `http`, `https` or `http2`, and with
   * them Express, Fastify, Koa and others. Claims only its own paths.
   *
   * @returns Lets the server go again; channels that are open stay open.
   */
  attach(server: UpgradableServer): () => void;
  /**
   * Ends all channels and takes no new ones (503). Resolves when the last channel has gone, after `grace` at the
   * latest. A server that the app was attached to goes on. Calling it again answers the same Promise.
   */
  close(options?: ShutdownOptions): Promise<void>;
  /** The channels that are open now; always the same set. */
  readonly channels: ReadonlySet<ServerChannel>;
  /** That set, when subscribed and then whenever a channel opens or ends. */
  readonly channels$: Observable<ReadonlySet<ServerChannel>>;
  /** Everything that happens to handshakes and channels. */
  readonly events$: Observable<ChannelEvent>;
  /** Errors of handlers, guards and other user code. What nobody observes here is printed with `console.error`. */
  readonly errors$: Observable<ErrorReport>;
  readonly state$: Observable<AppState>;
}

/**
 * Makes an app out of routes. Everything is checked here: a bad path or option throws a `SluiceError`.
 *
 * ```ts
 * const app = sluice([route('/echo', ({ in$ }) => in$)]);
 * const { port } = await app.listen(9000);
 * await app.close({ grace: 5_000 });
 * ```
 *
 * @param options Defaults for all routes. `codec`, `guard` and `session` are given per route.
 */
export function sluice(routes: readonly Route[], options: AppOptions = {}): App {
  const compiled = compileRoutes(routes, options);
  // The app's own as well, also where every route has its own.
  for (const settings of [...compiled.map((route) => route.settings), options]) {
    compileTrust(settings.trustProxy ?? false);
    checkDeflate(settings.perMessageDeflate);
  }
  const core = new AppCore(compiled, options, {
    clock: systemClock,
    idPrefix: `${randomBytes(4).toString('hex')}-`,
    print: (message, error) => console.error(message, error),
  });
  return new NodeApp(core);
}

class NodeApp implements App {
  readonly #core: AppCore;
  readonly #upgrader: Upgrader;
  readonly #servers = new Set<Server>();
  readonly #unwatch: () => void;
  #closing: Promise<void> | undefined;

  constructor(core: AppCore) {
    this.#core = core;
    this.#upgrader = new Upgrader(core);
    this.#unwatch = watchUnhandledErrors(core);
  }

  get channels(): ReadonlySet<ServerChannel> {
    return this.#core.channels;
  }

  get channels$(): Observable<ReadonlySet<ServerChannel>> {
    return this.#core.channels$;
  }

  get events$(): Observable<ChannelEvent> {
    return this.#core.events$;
  }

  get errors$(): Observable<ErrorReport> {
    return this.#core.errors$;
  }

  get state$(): Observable<AppState> {
    return this.#core.state$;
  }

  async listen(port = 0, host?: string): Promise<Listening> {
    this.#refuseIfClosed();
    checkAddress(port, host);
    const { routes, clock } = this.#core;
    const report = (error: unknown): void => this.#core.report(error, undefined);
    const { server, listening } = await listen(port, host, routes, this.#upgrader, clock, report);
    this.#servers.add(server);
    if (this.#closing !== undefined) {
      await closeServer(server);
      this.#refuseIfClosed();
    }
    return listening;
  }

  attach(server: UpgradableServer): () => void {
    this.#refuseIfClosed();
    checkServer(server);
    return attach(server, this.#core.routes, this.#upgrader);
  }

  close(options: ShutdownOptions = {}): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    try {
      const complete = checkShutdown(options);
      // Later, so that a subscriber of `state$` who closes as well is given the same Promise.
      this.#closing = Promise.resolve().then(() => this.#close(complete));
      return this.#closing;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #close(options: Required<ShutdownOptions>): Promise<void> {
    const ended = shutdown(this.#core, options);
    this.#upgrader.drain();
    const timer = this.#core.clock.after(options.grace, () => this.#upgrader.cut());
    await ended;
    await Promise.all([...this.#servers].map(closeServer));
    timer.cancel();
    this.#core.closed();
    // RxJS tells of what subscribers have thrown on a timer of its own.
    this.#core.clock.after(10, this.#unwatch);
  }

  #refuseIfClosed(): void {
    if (this.#closing !== undefined) throw new SluiceError('SLUICE_APP_CLOSED', 'This app was closed.');
  }
}

function checkAddress(port: unknown, host: unknown): void {
  const isPort = Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 65_535;
  if (isPort && (host === undefined || typeof host === 'string')) return;
  const given = host === undefined ? show(port) : `${show(port)}, ${show(host)}`;
  throw new SluiceError('SLUICE_BAD_OPTION', `listen takes a port from 0 to 65535 and a host, not ${given}.`);
}

/** A framework's app is no server: Express's is a function with some of its methods. */
function checkServer(server: unknown): void {
  const isServer = typeof server === 'object' && server !== null && 'on' in server && 'listenerCount' in server;
  if (isServer) return;
  const hint = 'attach takes the HTTP server, such as the one that listen() of a framework answers';
  throw new SluiceError('SLUICE_BAD_OPTION', `${hint}, not ${show(server)}.`);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
