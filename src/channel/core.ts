import type { Subject, Subscriber } from 'rxjs';
import { isCausedBy } from '../flow/context.ts';
import { Inbound, type InboundHost, type Stage } from '../flow/inbound.ts';
import { Outbound, type OutboundHost } from '../flow/outbound.ts';
import { type Close, CloseError, type CloseRecord } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import type { ServerChannel } from './channel.ts';
import type { Clock } from './clock.ts';
import { isConsequence } from './consequence.ts';
import { type DecodingHost, decodePayload } from './decoding.ts';
import type { ChannelEvent, DropReason } from './events.ts';
import { Heartbeat, type HeartbeatHost } from './heartbeat.ts';
import { Life, type LifeHost } from './life.ts';
import { Losses, type LossesHost } from './losses.ts';
import type { Beat, Metronome } from './metronome.ts';
import { type OutHost, OutSubject } from './out-subject.ts';
import { Outlets, type OutletsHost } from './outlets.ts';
import { Running, type RunningHost } from './running.ts';
import { type SendingHost, sendMessage, tellDropped } from './sending.ts';
import type { ChannelSettings } from './settings.ts';
import type { Socket, SocketListener } from './socket.ts';
import type { ChannelHost, ChannelRoute, HeldPlace } from './surroundings.ts';

/**
 * The inside of a channel. It wires the socket, the inbound and outbound sides, the heartbeat and the life to each
 * other and to user code, and it is the one place where what user code throws is caught.
 *
 * Each of these is made when there is something for it to do: an idle channel has none of them.
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
    Beat,
    LossesHost,
    RunningHost
{
  readonly socket: Socket;
  readonly channel: ServerChannel;
  readonly #host: ChannelHost;
  readonly #route: ChannelRoute;
  readonly #place: HeldPlace;
  readonly #running: Running = new Running(this);
  stage: Stage = 'called';
  /** When the next Ping is due. */
  due = 0;
  #inbound: Inbound<unknown> | undefined;
  #outbound: Outbound | undefined;
  #life: Life | undefined;
  #losses: Losses | undefined;
  #heartbeat: Heartbeat | undefined;
  #out: OutSubject<unknown> | undefined;
  #outlets: Outlets | undefined;

  constructor(host: ChannelHost, route: ChannelRoute, socket: Socket, channel: ServerChannel, place: HeldPlace) {
    this.socket = socket;
    this.channel = channel;
    this.#host = host;
    this.#route = route;
    this.#place = place;
  }

  get settings(): ChannelSettings {
    return this.#route.settings;
  }

  get clock(): Clock {
    return this.#host.clock;
  }

  get route(): string {
    return this.#route.pattern;
  }

  get inbound(): Inbound<unknown> {
    this.#inbound ??= new Inbound(this);
    return this.#inbound;
  }

  get outbound(): Outbound {
    this.#outbound ??= new Outbound(this);
    return this.#outbound;
  }

  get life(): Life {
    this.#life ??= new Life(this);
    return this.#life;
  }

  // --- the server's side ---

  /** Begins to read and runs the handler. */
  run(handler: (channel: never) => unknown): void {
    this.socket.open(this);
    if (this.socket.liveness !== undefined) this.#metronome?.add(this);
    this.#running.run(handler);
  }

  // --- the handler's side ---

  idOf(number: number): string {
    return `${this.#host.idPrefix}${number.toString(36)}`;
  }

  get out(): Subject<unknown> {
    if (this.#out === undefined) {
      this.#out = new OutSubject(this);
      if (this.#life?.wound) this.#out.ended();
    }
    return this.#out;
  }

  get outlets(): Outlets {
    if (this.#outlets === undefined) {
      this.#outlets = new Outlets(this);
      if (this.#life?.wound) this.#outlets.wound();
      if (this.#life?.record !== undefined) this.#outlets.ended(this.#life.record);
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
    if (this.#life?.takesOutput === false) {
      this.lost('out', 'late', 1);
      tellDropped(this, this.#route.codec, message);
      // After the end nobody sums up any more.
      if (this.#life.record !== undefined) this.#losses?.flushSoon();
      return;
    }
    const accepted = sendMessage(this, this.#route.codec, message);
    // An echo to a peer that does not read stops reading from that peer.
    if (this.outbound.saturated && isCausedBy(this.#inbound?.flow)) this.#inbound?.hold();
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

  /** Messages lost so far. */
  get dropped(): number {
    return this.#losses?.total ?? 0;
  }

  // --- RunningHost and DecodingHost ---

  reached(stage: Stage): void {
    this.stage = stage;
    this.#inbound?.resume();
  }

  skipped(): void {
    this.#losses ??= new Losses(this);
    this.#losses.count(1);
  }

  // --- SocketListener ---

  payload(payload: Payload): void {
    this.inbound.payload(payload);
  }

  drained(): void {
    this.#outbound?.drained();
  }

  behind(): void {
    if (this.socket.bufferedBytes > 0 || this.#outbound !== undefined) this.outbound.watch();
  }

  closing(close: Close): void {
    this.life.closing(close);
  }

  violated(close: Close, cause: unknown): void {
    this.life.violated(close, cause);
  }

  gone(): void {
    this.#metronome?.remove(this);
    this.#heartbeat?.stop();
    this.life.gone();
    this.outbound.stop();
  }

  // --- InboundHost ---

  decode(payload: Payload): unknown {
    return decodePayload(this, this.#route.codec, payload);
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

  /** It is time for a Ping. */
  beat(): void {
    const [{ heartbeat }, { liveness }] = [this.settings, this.socket];
    if (heartbeat === false || liveness === undefined) return;
    this.#heartbeat ??= new Heartbeat(this, liveness, heartbeat.timeout);
    this.#heartbeat.beat();
  }

  get paused(): boolean {
    return this.#inbound?.paused ?? false;
  }

  answered(): void {
    this.#heartbeat = undefined;
  }

  // --- LifeHost ---

  wind(): void {
    this.#running.unsubscribe();
    this.#outlets?.wound();
    this.#out?.ended();
  }

  ended(record: CloseRecord): void {
    this.#losses?.flush();
    this.#outlets?.ended(record);
    this.#place.release();
    this.#host.ended(this.channel);
    this.emit({ type: 'closed', channel: this.channel, close: record });
  }

  get #metronome(): Metronome | undefined {
    const { heartbeat } = this.settings;
    return heartbeat === false ? undefined : this.#host.metronome(heartbeat.every);
  }
}
