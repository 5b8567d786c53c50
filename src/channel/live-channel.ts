import type { Observable, Subject } from 'rxjs';
import { type CloseRecord, toClose } from '../protocol/close.ts';
import type { UpgradeRequest } from '../protocol/request.ts';
import type { Pressure, ServerChannel } from './channel.ts';
import { ChannelCore, type ChannelHost, type ChannelRoute } from './core.ts';
import { Guarded } from './guarded.ts';
import type { Socket } from './socket.ts';

/** What is known of a channel when it opens. */
export interface Opening {
  readonly id: string;
  readonly request: UpgradeRequest<unknown, unknown>;
  readonly context: object | undefined;
}

/** The channel that handlers see. Its members are made when they are first used: an idle channel stays small. */
export class LiveChannel implements ServerChannel {
  readonly id: string;
  readonly request: UpgradeRequest<unknown, unknown>;
  readonly context: object | undefined;
  readonly route: string;
  readonly #core: ChannelCore;
  #in: Observable<unknown> | undefined;

  private constructor(host: ChannelHost, route: ChannelRoute, socket: Socket, opening: Opening) {
    this.id = opening.id;
    this.request = opening.request;
    this.context = opening.context;
    this.route = route.pattern;
    this.#core = new ChannelCore(host, route, socket, this);
  }

  /** Makes a channel and its inside, which only the server holds. */
  static open(
    host: ChannelHost,
    route: ChannelRoute,
    socket: Socket,
    opening: Opening,
  ): { channel: ServerChannel; core: ChannelCore } {
    const channel = new LiveChannel(host, route, socket, opening);
    return { channel, core: channel.#core };
  }

  get in$(): Observable<unknown> {
    const core = this.#core;
    this.#in ??= new Guarded(
      (subscriber) => core.attach(subscriber),
      (error) => core.fail(error),
    );
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

  close(code = 1000, reason = ''): void {
    this.#core.life.end('asked', toClose(code, reason));
  }
}
