import type { Clock } from '../channel/clock.ts';
import type { Settings } from '../marble/scenario.ts';
import type { Seen } from '../marble/trace.ts';
import type { AppCore } from '../server/app.ts';
import { type Attempt, handshake, type Interruption } from '../server/handshake.ts';
import { serve } from '../server/serve.ts';
import type { CastParty } from './cast.ts';
import { ChannelWatch, messageOf } from './channel-watch.ts';
import { PartyHost } from './party-host.ts';
import type { Recorder } from './recorder.ts';
import { type Sent, VirtualSocket } from './virtual-socket.ts';

/** What a party may do beside the defaults. */
export interface PartyOptions extends CastParty {
  readonly clock: Clock;
}

/** One peer of a scenario and the channel that it talks to, with all that is seen of them. */
export class Party {
  readonly socket: VirtualSocket;
  readonly watch: ChannelWatch;
  readonly #out: (seen: Seen) => void;
  readonly #wire: (seen: Seen) => void;
  #interrupt: (why: Interruption) => void = () => {};

  constructor({ name, answersPings, clock }: PartyOptions, recorder: Recorder) {
    this.#out = recorder.lane('out', name);
    this.#wire = recorder.lane('wire', name);
    this.watch = new ChannelWatch(name, recorder, this.#out);
    this.socket = new VirtualSocket((sent) => this.#left(sent), {
      answersPings,
      // A guard that answers at once is done first, so that whoever connects at an instant is there in it.
      abandoned: () => void clock.after(0, () => this.#interrupt('abandoned')),
    });
  }

  /** Sends the upgrade request; the guard may take its time. */
  async connect(app: AppCore, settings: Settings, params: Readonly<Record<string, string>> | undefined): Promise<void> {
    const interrupted = new Promise<Interruption>((resolve) => {
      this.#interrupt = resolve;
    });
    const states = app.state$.subscribe((state) => {
      if (state !== 'open') this.#interrupt('closing');
    });
    const host = new PartyHost(app);
    const outcome = await handshake(host, attemptOf(settings), () => interrupted);
    states.unsubscribe();
    if ('rejected' in outcome) {
      app.refused(outcome);
      // Nobody receives the answer.
      if (outcome.reason === 'abandoned') return;
      const { status, body = '' } = outcome.rejected;
      this.watch.refused(status, body, host.failure);
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

  /** The scenario is over: the connection is cut, and no work goes on. */
  cut(): void {
    this.watch.cut();
    this.socket.vanishes();
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
