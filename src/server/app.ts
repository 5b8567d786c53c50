import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import type { ServerChannel } from '../channel/channel.ts';
import type { Clock } from '../channel/clock.ts';
import type { ChannelCore } from '../channel/core.ts';
import type { ChannelEvent, ErrorReport } from '../channel/events.ts';
import { Guarded } from '../channel/guarded.ts';
import { LiveChannel } from '../channel/live-channel.ts';
import { Metronome } from '../channel/metronome.ts';
import type { ChannelHost } from '../channel/surroundings.ts';
import type { CompiledRoute } from './compile.ts';
import type { Refused } from './handshake.ts';
import { Limits, type Place } from './limits.ts';
import type { AppOptions } from './options.ts';

/** Whether an app takes new channels (`open`), ends those it has (`draining`), or has ended (`closed`). */
export type AppState = 'open' | 'draining' | 'closed';

/** What the core cannot do by itself: the edge gives it. */
export interface Surroundings {
  readonly clock: Clock;
  /** Begins the ids of this app's channels, so that those of several processes differ. */
  readonly idPrefix: string;
  /** Prints an error that nobody observes. */
  print(message: string, error: unknown): void;
}

/** All channels of an app, and what can be seen of them. */
export class AppCore implements ChannelHost {
  readonly clock: Clock;
  readonly routes: readonly CompiledRoute[];
  readonly channels$: Observable<ReadonlySet<ServerChannel>>;
  readonly events$: Observable<ChannelEvent>;
  readonly errors$: Observable<ErrorReport>;
  readonly state$: Observable<AppState>;
  readonly #surroundings: Surroundings;
  readonly #limits: Limits;
  readonly #metronomes = new Map<number, Metronome>();
  readonly #channels = new Set<LiveChannel>();
  readonly #channelChanges = new BehaviorSubject<ReadonlySet<ServerChannel>>(this.#channels);
  readonly #events = new Subject<ChannelEvent>();
  readonly #errors = new Subject<ErrorReport>();
  readonly #state = new BehaviorSubject<AppState>('open');
  #opened = 0;

  constructor(routes: readonly CompiledRoute[], options: AppOptions, surroundings: Surroundings) {
    this.routes = routes;
    this.clock = surroundings.clock;
    this.#surroundings = surroundings;
    this.#limits = new Limits(options, routes);
    const owner = { fail: (error: unknown): void => this.report(error, undefined) };
    this.channels$ = Guarded.of(this.#channelChanges, owner);
    this.state$ = Guarded.of(this.#state, owner);
    // What fails while it is told of something cannot be told of that: it would fail again, for ever.
    this.events$ = Guarded.of(this.#events, {
      fail: (error) => this.#tell({ error, channel: undefined, route: undefined }),
    });
    this.errors$ = Guarded.of(this.#errors, { fail: (error) => this.#print(error) });
  }

  get channels(): ReadonlySet<ServerChannel> {
    return this.#channels;
  }

  /** The insides of the channels, for the shutdown. */
  get cores(): Iterable<ChannelCore> {
    return [...this.#channels].map((channel) => LiveChannel.coreOf(channel));
  }

  get state(): AppState {
    return this.#state.value;
  }

  get closing(): boolean {
    return this.state !== 'open';
  }

  get observed(): boolean {
    return this.#events.observed;
  }

  /** Numbers the channels from 1. */
  nextNumber(): number {
    this.#opened++;
    return this.#opened;
  }

  get idPrefix(): string {
    return this.#surroundings.idPrefix;
  }

  take(route: CompiledRoute, address: string): Place | 503 | 429 {
    return this.#limits.take(route, address);
  }

  metronome(interval: number): Metronome {
    const known = this.#metronomes.get(interval);
    if (known !== undefined) return known;
    const metronome = new Metronome(this.clock, interval);
    this.#metronomes.set(interval, metronome);
    return metronome;
  }

  /** A channel has opened. */
  add(channel: LiveChannel): void {
    this.#channels.add(channel);
    this.#channelsChanged();
    if (this.observed) this.emit({ type: 'opened', channel });
  }

  /** A channel has ended. */
  ended(channel: LiveChannel): void {
    this.#channels.delete(channel);
    this.#channelsChanged();
  }

  emit(event: ChannelEvent): void {
    if (this.observed) this.#events.next(event);
  }

  refused({ reason, rejected, route, request }: Refused): void {
    const { url, remoteAddress, host, origin } = request;
    const { status } = rejected;
    this.emit({ type: 'refused', reason, status, url, route: route?.pattern, remoteAddress, host, origin });
  }

  report(error: unknown, source: ServerChannel | CompiledRoute | undefined): void {
    if (source === undefined) this.#report({ error, channel: undefined, route: undefined });
    else if ('pattern' in source) this.#report({ error, channel: undefined, route: source.pattern });
    else this.#report({ error, channel: source.id, route: source.route });
  }

  /** For an error that cannot be told of in any other way. */
  printOnly(error: unknown): void {
    this.#print(error);
  }

  draining(): void {
    this.#state.next('draining');
  }

  closed(): void {
    this.#state.next('closed');
    this.#state.complete();
    this.#channelChanges.complete();
    this.#events.complete();
    this.#errors.complete();
  }

  /** It is always the same set: without observers there is nothing to be done. */
  #channelsChanged(): void {
    if (this.#channelChanges.observed) this.#channelChanges.next(this.#channels);
  }

  #report(report: ErrorReport): void {
    this.#tell(report);
    this.emit({ type: 'failed', report });
  }

  #tell(report: ErrorReport): void {
    if (this.#errors.observed) this.#errors.next(report);
    else this.#print(report.error, report);
  }

  #print(error: unknown, { channel, route }: Partial<ErrorReport> = {}): void {
    const where = [route && `route ${route}`, channel && `channel ${channel}`].filter(Boolean).join(', ');
    this.#surroundings.print(where === '' ? 'sluice: an error' : `sluice: an error in ${where}`, error);
  }
}
