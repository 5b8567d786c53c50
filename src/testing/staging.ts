import { Subscription } from 'rxjs';
import type { ServerChannel } from '../channel/channel.ts';
import { LiveChannel } from '../channel/live-channel.ts';
import type { Scenario } from '../marble/scenario.ts';
import { AppCore } from '../server/app.ts';
import { compileRoutes } from '../server/compile.ts';
import { shutdown } from '../server/shutdown.ts';
import { partiesOf, watchSubjects } from './cast.ts';
import { type Fixture, MissingPart, type StagedApp } from './fixture.ts';
import { Party } from './party.ts';
import { recordedHandler } from './recorded-handler.ts';
import type { Recorder } from './recorder.ts';
import { routeOf } from './route-of.ts';
import type { Stage } from './script.ts';
import type { VirtualSocket } from './virtual-socket.ts';
import type { World } from './world.ts';

/** One staging of a scenario: an app with one route, its parties, and the subjects beside them. */
export class Staging implements Stage {
  readonly fixture: Fixture;
  readonly ids: Map<string, unknown> = new Map();
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #app: AppCore;
  readonly #parties = new Map<string | undefined, Party>();
  readonly #watching = new Subscription();

  constructor(scenario: Scenario, fixture: Fixture, recorder: Recorder, world: World) {
    this.fixture = fixture;
    this.#scenario = scenario;
    this.#world = world;
    const { handler, ...route } = routeOf(scenario.settings, fixture);
    const recorded = (channel: ServerChannel): unknown => {
      const party = this.#partyOf(channel);
      party.watch.opened(channel);
      return recordedHandler(handler, party.watch)(channel as never);
    };
    this.#app = new AppCore(
      compileRoutes([{ ...route, handler: recorded as never }], {}),
      {},
      {
        clock: world.clock,
        idPrefix: 'marble-',
        // Errors are observed.
        print: () => {},
      },
    );
    this.#watching.add(
      this.#app.errors$.subscribe(({ error, channel }) => {
        // What fails before there is a channel, such as a guard, shows as the answer to the handshake.
        if (channel === undefined) return;
        for (const { watch } of this.#parties.values()) if (watch.channel?.id === channel) watch.failed(error);
      }),
    );
    this.#watching.add(watchSubjects(scenario, fixture, recorder));
    for (const { name, answersPings } of partiesOf(scenario)) {
      this.#parties.set(name, new Party({ name, answersPings, clock: world.clock }, recorder));
    }
  }

  timeOfDay(): number {
    return this.#world.clock.timeOfDay();
  }

  connect(party: string | undefined): unknown {
    return this.#party(party).connect(this.#app, this.#scenario.settings, this.fixture.params);
  }

  socket(party: string | undefined): VirtualSocket {
    return this.#party(party).socket;
  }

  get app(): StagedApp {
    const app = this.#app;
    return {
      channels: app.channels,
      close: (options = {}) => shutdown(app, options),
    };
  }

  /** Cuts whatever goes on. */
  end(): void {
    for (const party of this.#parties.values()) party.cut();
    this.#watching.unsubscribe();
  }

  #party(name: string | undefined): Party {
    const party = this.#parties.get(name);
    if (party === undefined) throw new MissingPart(`There is no party ${name}.`);
    return party;
  }

  #partyOf(channel: ServerChannel): Party {
    const { socket } = LiveChannel.coreOf(channel as LiveChannel);
    for (const party of this.#parties.values()) if (party.socket === socket) return party;
    throw new MissingPart('A channel has no party.');
  }
}
