import { afterEach, beforeEach, vi } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import type { ChannelEvent, ErrorReport } from '../../src/channel/events.ts';
import { systemClock } from '../../src/edge/clock.ts';
import type { CloseRecord } from '../../src/protocol/close.ts';
import { LazyRequest } from '../../src/protocol/request.ts';
import { type Acceptance, accept } from '../../src/protocol/verdict.ts';
import { AppCore } from '../../src/server/app.ts';
import { compileRoutes } from '../../src/server/compile.ts';
import type { AppOptions } from '../../src/server/options.ts';
import { type Route, route } from '../../src/server/route.ts';
import { serve } from '../../src/server/serve.ts';
import { FakeSocket } from './fake-socket.ts';

/** Every test of the file runs in virtual time, and leaves no timer behind. */
export function inVirtualTime(): void {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

/** Lets this much virtual time go by; 0 is what is due now, and all microtasks. */
export async function pass(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/** An app core without an edge, and a record of what it says. */
export class FakeApp {
  readonly core: AppCore;
  readonly events: ChannelEvent[] = [];
  readonly errors: unknown[] = [];
  readonly reports: ErrorReport[] = [];
  readonly printed: unknown[] = [];

  constructor(routes: readonly Route[], options: AppOptions = {}, { watched = true } = {}) {
    this.core = new AppCore(compileRoutes(routes, options), options, {
      clock: systemClock,
      idPrefix: 'test-',
      print: (_message, error) => this.printed.push(error),
    });
    if (!watched) return;
    this.core.events$.subscribe((event) => this.events.push(event));
    this.core.errors$.subscribe((report) => {
      this.reports.push(report);
      this.errors.push(report.error);
    });
  }

  /** Opens a channel on one of the routes, as if its handshake had passed. */
  open(socket: FakeSocket = new FakeSocket(), acceptance: Acceptance<object> = {}, index = 0): Opened {
    const route = this.core.routes[index];
    if (route === undefined) throw new Error(`There is no route ${index}.`);
    const facts = { url: '/', rawHeaders: [], host: 'test', remoteAddress: '192.0.2.1', secure: false };
    const place = this.core.take(route, facts.remoteAddress);
    if (typeof place === 'number') throw new Error(`The handshake is refused with ${place}.`);
    const opened = { route, request: new LazyRequest(facts), verdict: accept(acceptance), subprotocol: '', place };
    return new Opened(this, serve(this.core, socket, opened), socket);
  }
}

/** A channel over a fake socket, and a record of its end. */
export class Opened {
  readonly app: FakeApp;
  readonly channel: ServerChannel;
  readonly socket: FakeSocket;
  readonly records: CloseRecord[] = [];

  constructor(app: FakeApp, channel: ServerChannel, socket: FakeSocket) {
    this.app = app;
    this.channel = channel;
    this.socket = socket;
    channel.closed$.subscribe((record) => this.records.push(record));
  }

  get record(): CloseRecord | undefined {
    return this.records[0];
  }

  get events(): ChannelEvent[] {
    return this.app.events;
  }

  get errors(): unknown[] {
    return this.app.errors;
  }

  get log(): string[] {
    return this.socket.log;
  }

  /** The events of one type. */
  eventsOf<Type extends ChannelEvent['type']>(type: Type): Array<Extract<ChannelEvent, { type: Type }>> {
    return this.events.filter((event) => event.type === type) as Array<Extract<ChannelEvent, { type: Type }>>;
  }

  /** What was lost, as the `dropped` events tell it: `'in ended 3'`. */
  get dropped(): string[] {
    return this.eventsOf('dropped').map(({ direction, reason, messages }) => `${direction} ${reason} ${messages}`);
  }
}

/** Serves one handler to one peer. Without a heartbeat, unless the options have one: a timer less to think of. */
export function serveFake(
  handler: (channel: ServerChannel) => unknown,
  options: Readonly<Record<string, unknown>> = {},
  acceptance: Acceptance<object> = {},
): Opened {
  const app = new FakeApp([routeOf(handler, options)]);
  return app.open(new FakeSocket(), acceptance);
}

export function routeOf(
  handler: (channel: ServerChannel) => unknown,
  options: Readonly<Record<string, unknown>> = {},
  path = '/',
): Route {
  return route(path, { heartbeat: false, ...options } as never, handler as never);
}
