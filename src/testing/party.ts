import type { ServerChannel } from '../channel/channel.ts';
import type { Clock } from '../channel/clock.ts';
import { LiveChannel } from '../channel/live-channel.ts';
import type { Settings } from '../marble/scenario.ts';
import type { Seen } from '../marble/trace.ts';
import { CloseError } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import type { AppCore } from '../server/app.ts';
import { type Attempt, handshake, type Interruption } from '../server/handshake.ts';
import { serve } from '../server/serve.ts';
import type { HandlerWatch } from './recorded-handler.ts';
import type { Recorder } from './recorder.ts';
import { type Sent, VirtualSocket } from './virtual-socket.ts';

/** What a party may do beside the defaults. */
export interface PartyOptions {
  readonly name: string | undefined;
  /** Whether the peer answers Pings by itself. A scenario that writes `wire` scripts the answers. */
  readonly answersPings: boolean;
  readonly clock: Clock;
}

/** One peer of a scenario and the channel that it talks to, with all that is seen of them. */
export class Party implements HandlerWatch {
  readonly name: string | undefined;
  readonly socket: VirtualSocket;
  readonly #out: (seen: Seen) => void;
  readonly #wire: (seen: Seen) => void;
  readonly #sub: (seen: Seen) => void;
  readonly #buf: (seen: Seen) => void;
  readonly #drop: (seen: Seen) => void;
  #channel: ServerChannel | undefined;
  /** Of what the handler says about the end only the first counts. */
  #ended = false;
  #waiting = 0;
  #interrupt: (why: Interruption) => void = () => {};

  constructor({ name, answersPings, clock }: PartyOptions, recorder: Recorder) {
    this.name = name;
    this.#out = recorder.lane('out', name);
    this.#sub = recorder.lane('sub', name);
    this.#wire = recorder.lane('wire', name);
    this.#buf = recorder.lane('buf', name);
    this.#drop = recorder.lane('drop', name);
    this.socket = new VirtualSocket((sent) => this.#left(sent), {
      answersPings,
      // A guard that answers at once is done first, so that whoever connects at an instant is there in it.
      abandoned: () => void clock.after(0, () => this.#interrupt('abandoned')),
    });
  }

  /** Its channel, once the handshake has passed. */
  get channel(): ServerChannel | undefined {
    return this.#channel;
  }

  /** Sends the upgrade request; the guard may take its time. */
  async connect(app: AppCore, settings: Settings, params: Readonly<Record<string, string>> | undefined): Promise<void> {
    const interrupted = new Promise<Interruption>((resolve) => {
      this.#interrupt = resolve;
    });
    const states = app.state$.subscribe((state) => {
      if (state !== 'open') this.#interrupt('closing');
    });
    const outcome = await handshake(app, attemptOf(settings), () => interrupted);
    states.unsubscribe();
    if ('rejected' in outcome) {
      app.refused(outcome);
      // Nobody receives the answer.
      if (outcome.reason === 'abandoned') return;
      const { status, body = '' } = outcome.rejected;
      this.#say({ kind: 'reject', status, body });
      this.#wire({ kind: 'reject', status, body });
      return;
    }
    if (params !== undefined) outcome.request.params = params;
    const { subprotocol, route } = outcome;
    this.socket.agreed({
      maxPayload: route.settings.maxPayload,
      ...(subprotocol === undefined ? {} : { subprotocol }),
    });
    serve(app, this.socket, outcome);
  }

  /** The channel is there, and its handler is going to run. */
  opened(channel: ServerChannel): void {
    this.#channel = channel;
    channel.pressure$.subscribe(() => this.#look());
    LiveChannel.coreOf(channel as LiveChannel).outbound.dropped = (encode) => {
      // What has no payload cannot be seen.
      this.#dropped(encode).catch(() => {});
    };
  }

  /** Looks how many messages wait, after whatever may have changed it. */
  #look(): void {
    if (this.#channel === undefined) return;
    const { waiting } = LiveChannel.coreOf(this.#channel as LiveChannel).outbound;
    if (waiting === this.#waiting) return;
    this.#waiting = waiting;
    this.#buf({ kind: 'waiting', count: waiting });
  }

  async #dropped(encode: () => Payload | Promise<Payload>): Promise<void> {
    queueMicrotask(() => this.#look());
    const encoded = encode();
    this.#drop(messageOf(encoded instanceof Promise ? await encoded : encoded));
  }

  /** The scenario is over: the connection is cut, and no work goes on. */
  cut(): void {
    if (this.#channel !== undefined) {
      const { life } = LiveChannel.coreOf(this.#channel as LiveChannel);
      // A socket that is paused does not see that it is cut, and work in flight would have its time.
      life.end('lost', { code: 1006, reason: '' });
      life.cut();
    }
    this.socket.vanishes();
  }

  // --- HandlerWatch ---

  subscribed(): void {
    this.#sub({ kind: 'subscribe' });
  }

  unsubscribed(): void {
    this.#sub({ kind: 'unsubscribe' });
  }

  completed(): void {
    this.#say({ kind: 'end' });
  }

  failed(error: unknown): void {
    if (error instanceof CloseError) this.closed(error);
    else this.#say({ kind: 'error', error });
  }

  closed({ code, reason }: { readonly code: number; readonly reason: string }): void {
    this.#say({ kind: 'close', code, reason });
  }

  #say(end: Seen): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#out(end);
  }

  #left(sent: Sent): void {
    if (sent.kind === 'payload') {
      const message = messageOf(sent.payload);
      this.#out(message);
      this.#wire(message);
    } else if (sent.kind === 'close') {
      this.#wire({ kind: 'close', code: sent.close.code, reason: sent.close.reason });
    } else {
      this.#wire({ kind: sent.kind });
    }
  }
}

function messageOf(payload: Payload): Seen {
  return typeof payload === 'string' ? { kind: 'text', text: payload } : { kind: 'binary', bytes: payload.slice() };
}

/** The upgrade request of a browser on the same origin, with what the scenario says. */
function attemptOf({ url, headers, protocols }: Settings): Attempt {
  const fields: Record<string, string | readonly string[]> = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    ...(protocols.length === 0 ? {} : { 'Sec-WebSocket-Protocol': protocols.join(', ') }),
  };
  for (const [name, value] of Object.entries(headers)) {
    const known = Object.keys(fields).find((field) => field.toLowerCase() === name.toLowerCase());
    fields[known ?? name] = value;
  }
  const rawHeaders = Object.entries(fields).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]));
  const host = fields.Host as string;
  return {
    method: 'GET',
    httpVersion: '1.1',
    url,
    rawHeaders,
    elapsed: 0,
    incoming: { method: 'GET', url, rawHeaders, headers } as never,
    forwarded: () => ({ host, remoteAddress: '192.0.2.1', secure: false }),
  };
}
