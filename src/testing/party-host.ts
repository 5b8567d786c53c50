import type { Clock } from '../channel/clock.ts';
import type { AppCore } from '../server/app.ts';
import type { CompiledRoute } from '../server/compile.ts';
import type { HandshakeHost } from '../server/handshake.ts';

/** The app as the handshake of one party sees it: what its guard throws is the party's. */
export class PartyHost implements HandshakeHost {
  readonly clock: Clock;
  readonly routes: readonly CompiledRoute[];
  /** What the guard has thrown. */
  failure: unknown;
  readonly #app: AppCore;

  constructor(app: AppCore) {
    this.#app = app;
    this.clock = app.clock;
    this.routes = app.routes;
  }

  get closing(): boolean {
    return this.#app.closing;
  }

  take(route: CompiledRoute, address: string): ReturnType<AppCore['take']> {
    return this.#app.take(route, address);
  }

  report(error: unknown, route: CompiledRoute): void {
    this.failure = error;
    this.#app.report(error, route);
  }
}
