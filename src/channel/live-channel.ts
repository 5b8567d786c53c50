import type { Observable, Subject, Subscriber } from 'rxjs';
import { type CloseRecord, toClose } from '../protocol/close.ts';
import type { UpgradeRequest } from '../protocol/request.ts';
import type { Pressure, ServerChannel } from './channel.ts';
import { ChannelCore } from './core.ts';
import { Guarded } from './guarded.ts';
import type { Socket } from './socket.ts';
import type { ChannelHost, ChannelRoute, HeldPlace } from './surroundings.ts';

/** What is known of a channel when it opens. */
export interface Opening {
  /** Which channel of the app it is. */
  readonly number: number;
  readonly request: UpgradeRequest<unknown, unknown>;
  readonly context: object | undefined;
  readonly place: HeldPlace;
}

/** `in$`. One function for all channels attaches their subscribers: a closure for each would cost it 96 bytes. */
class InObservable extends Guarded<unknown> {
  readonly core: ChannelCore;

  constructor(core: ChannelCore) {
    super(attach, core);
    this.core = core;
  }
}

function attach(this: Observable<unknown>, subscriber: Subscriber<unknown>): void {
  (this as InObservable).core.attach(subscriber);
}

/** The channel that handlers see. Its members are made when they are first used: an idle channel stays small. */
export class LiveChannel implements ServerChannel {
  readonly request: UpgradeRequest<unknown, unknown>;
  readonly context: object | undefined;
  readonly #core: ChannelCore;
  readonly #number: number;
  #in: Observable<unknown> | undefined;

  constructor(host: ChannelHost, route: ChannelRoute, socket: Socket, opening: Opening) {
    this.#number = opening.number;
    this.request = opening.request;
    this.context = opening.context;
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
    this.#in ??= new InObservable(this.#core);
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

  get route(): string {
    return this.#core.route;
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
