import type { Subject, Subscriber } from 'rxjs';
import type { Codec } from '../codec/codec.ts';
import { currentContext } from '../flow/context.ts';
import { Inbound, type InboundHost } from '../flow/inbound.ts';
import { Outbound, type OutboundHost } from '../flow/outbound.ts';
import { type Close, CloseError, type CloseRecord } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import type { Pressure, ServerChannel } from './channel.ts';
import type { Clock } from './clock.ts';
import { isConsequence } from './consequence.ts';
import { type DecodingHost, decodePayload } from './decoding.ts';
import type { ChannelEvent, DropReason } from './events.ts';
import { Heartbeat, type HeartbeatHost } from './heartbeat.ts';
import { Life, type LifeHost } from './life.ts';
import { Losses, type LossesHost } from './losses.ts';
import type { Metronome } from './metronome.ts';
import { type OutHost, OutSubject } from './out-subject.ts';
import { Outlets, type OutletsHost } from './outlets.ts';
import { Running, type RunningHost } from './running.ts';
import { type SendingHost, sendMessage, tellDropped } from './sending.ts';
import type { ChannelSettings } from './settings.ts';
import type { Socket, SocketListener } from './socket.ts';

/** What all channels of a route share. */
export interface ChannelRoute {
  readonly pattern: string;
  readonly codec: Codec<unknown, unknown>;
  readonly settings: ChannelSettings;
}

/** What a channel needs of the app that it belongs to. */
export interface ChannelHost {
  readonly clock: Clock;
  /** Whether anybody listens to events; making one is a waste otherwise. */
  readonly observed: boolean;
  /** Begins the ids of the channels. */
  readonly idPrefix: string;
  emit(event: ChannelEvent): void;
  /** What beats in an interval for all channels. */
  metronome(interval: number): Metronome;
  report(error: unknown, channel: ServerChannel): void;
  ended(channel: ServerChannel): void;
}

/**
 * The inside of a channel. It wires the socket, the inbound and outbound sides, the heartbeat and the life to each
 * other and to user code, and it is the one place where what user code throws is caught.
 */
export class ChannelCore
  implements
    SocketListener,
    InboundHost<unknown>,
    OutboundHost,
    HeartbeatHost,
    LifeHost,
    OutHost<unknown>,
    OutletsHost,
    DecodingHost,
    SendingHost,
    LossesHost,
    RunningHost
{
  readonly settings: ChannelSettings;
  readonly clock: Clock;
  readonly socket: Socket;
  readonly #host: ChannelHost;
  readonly #place: { release(): void };
  readonly #codec: Codec<unknown, unknown>;
  readonly channel: ServerChannel;
  readonly inbound: Inbound<unknown> = new Inbound(this);
  readonly outbound: Outbound = new Outbound(this);
  readonly life: Life = new Life(this);
  readonly #running: Running;
  #losses: Losses | undefined;
  #heartbeat: Heartbeat | undefined;
  #out: OutSubject<unknown> | undefined;
  #outlets: Outlets | undefined;
  #record: CloseRecord | undefined;

  constructor(
    host: ChannelHost,
    route: ChannelRoute,
    socket: Socket,
    channel: ServerChannel,
    place: { release(): void },
  ) {
    this.#place = place;
    this.#host = host;
    this.clock = host.clock;
    this.socket = socket;
    this.settings = route.settings;
    this.#codec = route.codec;
    this.channel = channel;
    this.#running = new Running(this);
  }

  // --- the server's side ---

  /** Begins to read and runs the handler. */
  run(handler: (channel: never) => unknown): void {
    this.socket.open(this);
    const { heartbeat } = this.settings;
    if (heartbeat !== false && this.socket.liveness) {
      const metronome = this.#host.metronome(heartbeat.every);
      this.#heartbeat = new Heartbeat(this, metronome, heartbeat.timeout, this.socket.liveness);
    }
    this.#running.run(handler);
  }

  // --- the handler's side ---

  idOf(number: number): string {
    return `${this.#host.idPrefix}${number.toString(36)}`;
  }

  get out(): Subject<unknown> {
    if (this.#out === undefined) {
      this.#out = new OutSubject(this);
      if (this.life.wound) this.#out.ended();
    }
    return this.#out;
  }

  get outlets(): Outlets {
    if (this.#outlets === undefined) {
      this.#outlets = new Outlets(this);
      if (this.life.wound) this.#outlets.wound();
      if (this.#record !== undefined) this.#outlets.ended(this.#record);
    }
    return this.#outlets;
  }

  attach(subscriber: Subscriber<unknown>): void {
    this.#losses?.flush();
    this.inbound.attach(subscriber);
  }

  emit(event: ChannelEvent): void {
    this.#host.emit(event);
  }

  get observed(): boolean {
    return this.#host.observed;
  }

  accept(message: unknown): void {
    if (!this.life.takesOutput) {
      this.lost('out', 'late', 1);
      tellDropped(this, this.#codec, message);
      // After the end nobody sums up any more.
      if (this.#record !== undefined) this.#losses?.flushSoon();
      return;
    }
    const accepted = sendMessage(this, this.#codec, message);
    // An echo to a peer that does not read stops reading from that peer.
    if (this.outbound.saturated && this.#delivers) this.inbound.hold();
    if (accepted) this.#out?.accepted(message);
  }

  complete(): void {
    this.life.end('completed', { code: 1000, reason: '' });
  }

  /** User code of this channel has failed, or has asked for a close by way of an error. */
  fail(error: unknown): void {
    if (error instanceof CloseError) {
      this.life.end('failed', error);
      return;
    }
    const first = this.life.end('failed', { code: 1011, reason: '' }, error);
    if (first || !isConsequence(error, this.#outlets?.signal)) this.#host.report(error, this.channel);
  }

  pressure(): Pressure {
    return {
      inWork: this.inbound.inWork,
      waiting: this.inbound.waiting,
      unsentBytes: this.outbound.unsentBytes,
      paused: this.inbound.paused,
      saturated: this.outbound.saturated,
      dropped: this.#losses?.total ?? 0,
    };
  }

  // --- RunningHost and DecodingHost ---

  skipped(): void {
    this.#losses ??= new Losses(this);
    this.#losses.count(1);
  }

  // --- SocketListener ---

  payload(payload: Payload): void {
    this.inbound.payload(payload);
  }

  drained(): void {
    this.outbound.drained();
  }

  behind(): void {
    this.outbound.watch();
  }

  closing(close: Close): void {
    this.life.closing(close);
  }

  violated(close: Close, cause: unknown): void {
    this.life.violated(close, cause);
  }

  gone(): void {
    this.#heartbeat?.stop();
    this.life.gone();
    this.outbound.stop();
  }

  // --- InboundHost ---

  decode(payload: Payload): unknown {
    return decodePayload(this, this.#codec, payload);
  }

  demand(on: boolean): void {
    this.socket.demand?.(on);
    this.#heartbeat?.listens(on);
    this.emit({ type: on ? 'resumed' : 'paused', channel: this.channel });
  }

  stuck(): void {
    const { inWork, waiting } = this.inbound;
    this.emit({ type: 'stuck', channel: this.channel, inWork, waiting });
  }

  lost(direction: 'in' | 'out', reason: DropReason, messages: number): void {
    this.#losses ??= new Losses(this);
    this.#losses.add(direction, reason, messages);
  }

  // --- OutboundHost and SendingHost ---

  overflowed(): void {
    this.lost('out', 'overflow', 1);
    this.life.end('overflowed', { code: 1013, reason: 'too slow' });
  }

  tellLosses(): void {
    this.#losses?.flush();
  }

  stalled(): void {
    this.life.cutOff('stalled');
  }

  saturated(unsentBytes: number): void {
    this.emit({ type: 'saturated', channel: this.channel, unsentBytes });
  }

  changed(): void {
    this.#outlets?.changed();
  }

  // --- HeartbeatHost ---

  unanswered(): void {
    this.life.cutOff('silent');
  }

  // --- LifeHost ---

  dropOutput(): void {
    const messages = this.outbound.discard();
    if (messages > 0) this.lost('out', 'ended', messages);
  }

  wind(): void {
    this.#running.unsubscribe();
    this.#outlets?.wound();
    this.#out?.ended();
  }

  ended(record: CloseRecord): void {
    this.#record = record;
    this.#losses?.flush();
    this.#outlets?.ended(record);
    this.#place.release();
    this.#host.ended(this.channel);
    this.emit({ type: 'closed', channel: this.channel, close: record });
  }

  // --- private ---

  /** Whether one of the channel's own messages causes what goes on now. */
  get #delivers(): boolean {
    const context = currentContext();
    return context !== undefined && context.flow === this.inbound.flow && context.delivers;
  }
}
