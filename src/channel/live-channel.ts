import type { Observable, Subject } from 'rxjs';
import { type CloseRecord, toClose } from '../protocol/close.ts';
import type { UpgradeRequest } from '../protocol/request.ts';
import type { Pressure, ServerChannel } from './channel.ts';
import { ChannelCore, type ChannelHost, type ChannelRoute } from './core.ts';
import { Guarded } from './guarded.ts';
import type { Socket } from './socket.ts';

/** What is known of a channel when it opens. */
export interface Opening {
  /** Which channel of the app it is. */
  readonly number: number;
  readonly request: UpgradeRequest<unknown, unknown>;
  readonly context: object | undefined;
  /** Counted for the limits; given back at the end. */
  readonly place: { release(): void };
}

/** The channel that handlers see. Its members are made when they are first used: an idle channel stays small. */
export class LiveChannel implements ServerChannel {
  readonly request: UpgradeRequest<unknown, unknown>;
  readonly context: object | undefined;
  readonly route: string;
  readonly #core: ChannelCore;
  readonly #number: number;
  #in: Observable<unknown> | undefined;

  constructor(host: ChannelHost, route: ChannelRoute, socket: Socket, opening: Opening) {
    this.#number = opening.number;
    this.request = opening.request;
    this.context = opening.context;
    this.route = route.pattern;
    this.#core = new ChannelCore(host, route, socket, this, opening.place);
  }

  /** The inside of a channel, for the server only. */
  static coreOf(channel: LiveChannel): ChannelCore {
    return channel.#core;
  }

  get id(): string {
    return this.#core.idOf(this.#number);
  }

  get in$(): Observable<unknown> {
    const core = this.#core;
    this.#in ??= new Guarded((subscriber) => core.attach(subscriber), core);
    return this.#in;
  }

  get out(): Subject<unknown> {
    return this.#core.out;
  }

  get closed$(): Observable<CloseRecord> {
    return this.#core.outlets.closed$;
  }

  get pressure$(): Observable<Pressure> {
    return this.#core.outlets.pressure$;
  }

  get signal(): AbortSignal {
    return this.#core.outlets.signal;
  }

  get params(): unknown {
    return this.request.params;
  }

  get subprotocol(): string {
    return this.#core.socket.subprotocol;
  }

  /** Made when it is asked for, so that it can be destructured and costs an idle channel nothing. */
  get close(): (code?: number, reason?: string) => void {
    const { life } = this.#core;
    return (code = 1000, reason = '') => void life.end('asked', toClose(code, reason));
  }
}
