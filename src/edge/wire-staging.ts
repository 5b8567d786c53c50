import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import type { Subscription } from 'rxjs';
import type { ServerChannel } from '../channel/channel.ts';
import type { Scenario } from '../marble/scenario.ts';
import type { Route } from '../server/route.ts';
import { partiesOf, watchSubjects } from '../testing/cast.ts';
import { type Fixture, MissingPart } from '../testing/fixture.ts';
import { recordedHandler } from '../testing/recorded-handler.ts';
import type { Recorder } from '../testing/recorder.ts';
import { routeOf } from '../testing/route-of.ts';
import type { Stage } from '../testing/script.ts';
import type { World } from '../testing/world.ts';
import type { UpgradableServer } from './attach.ts';
import { ServerEnd } from './server-end.ts';
import { type App, sluice } from './sluice.ts';
import { WireParty } from './wire-party.ts';

/** One staging of a scenario over real sockets: an HTTP server with the app, and the peers as its clients. */
export class WireStaging implements Stage {
  readonly fixture: Fixture;
  readonly app: App;
  readonly ids: Map<string, unknown> = new Map();
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #server: Server = createServer();
  readonly #parties = new Map<string | undefined, WireParty>();
  /** By the key of its upgrade request, which differs from any other. */
  readonly #partiesByKey = new Map<string, WireParty>();
  readonly #ends = new WeakMap<NetSocket, ServerEnd>();
  readonly #watching: Subscription;

  private constructor(scenario: Scenario, fixture: Fixture, recorder: Recorder, world: World) {
    this.fixture = fixture;
    this.#scenario = scenario;
    this.#world = world;
    this.#watching = watchSubjects(scenario, fixture, recorder);
    for (const party of partiesOf(scenario)) this.#parties.set(party.name, new WireParty(party, recorder));
    const { handler, ...route } = routeOf(scenario.settings, fixture);
    const recorded = (channel: ServerChannel): unknown => {
      const { watch } = this.#opened(channel);
      return recordedHandler(handler, watch)(channel as never);
    };
    this.app = sluice([{ ...route, handler: recorded } as Route]);
    this.#watching.add(
      this.app.errors$.subscribe(({ error, channel }) => {
        if (channel === undefined) return;
        for (const { watch } of this.#parties.values()) if (watch.channel?.id === channel) watch.failed(error);
      }),
    );
    const isNarrow = scenario.lanes.some(({ kind }) => kind === 'peer');
    this.#server.on('connection', (socket: NetSocket) => this.#ends.set(socket, new ServerEnd(socket, isNarrow)));
    this.app.attach(this.#noted(this.#server));
  }

  /** Resolves when the server listens. */
  static async open(scenario: Scenario, fixture: Fixture, recorder: Recorder, world: World): Promise<WireStaging> {
    const staging = new WireStaging(scenario, fixture, recorder, world);
    await once(staging.#server.listen(0, '127.0.0.1'), 'listening');
    return staging;
  }

  timeOfDay(): number {
    return this.#world.clock.timeOfDay();
  }

  connect(party: string | undefined): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    return this.socket(party).connect(port, this.#scenario.settings);
  }

  socket(name: string | undefined): WireParty {
    const party = this.#parties.get(name);
    if (party === undefined) throw new MissingPart(`There is no party ${name}.`);
    return party;
  }

  /** Whether nothing is on its way on any connection. */
  get isQuiet(): boolean {
    return [...this.#parties.values()].every((party) => party.isQuiet);
  }

  /** All that has left before has come. */
  settle(): void {
    for (const party of this.#parties.values()) party.settle();
  }

  /** Cuts whatever goes on. */
  end(): void {
    for (const party of this.#parties.values()) party.cut();
    this.#watching.unsubscribe();
  }

  /** Lets the port go. */
  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.app.close({ grace: 100 });
  }

  /** The server, as the app sees it: whose request it is has to be known before it is answered. */
  #noted(server: Server): UpgradableServer {
    return {
      on: (event, listener) =>
        server.on(event, (incoming: IncomingMessage, socket: NetSocket, head: Buffer) => {
          this.#arrived(incoming, socket);
          listener(incoming, socket, head);
        }),
      off: (event, listener) => server.off(event, listener),
      listenerCount: (event) => server.listenerCount(event),
    };
  }

  #arrived({ headers }: IncomingMessage, socket: NetSocket): void {
    const end = this.#ends.get(socket);
    for (const party of this.#parties.values()) {
      if (end === undefined || !party.isAt(socket.remotePort)) continue;
      party.arrived(end);
      this.#partiesByKey.set(headers['sec-websocket-key'] ?? '', party);
    }
  }

  #opened(channel: ServerChannel): WireParty {
    const party = this.#partiesByKey.get(channel.request.headers.get('sec-websocket-key') ?? '');
    if (party === undefined) throw new MissingPart('A channel has no party.');
    const { params } = this.fixture;
    if (params !== undefined) Object.assign(channel.request, { params });
    party.upgraded();
    party.watch.opened(channel);
    return party;
  }
}
