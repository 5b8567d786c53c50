import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { WebSocketServer } from 'ws';
import { reject } from '../protocol/verdict.ts';
import type { AppCore } from '../server/app.ts';
import type { CompiledRoute } from '../server/compile.ts';
import {
  type Attempt,
  handshake,
  type Interruption,
  type Opened,
  type Outcome,
  type Refused,
} from '../server/handshake.ts';
import type { TrustProxy } from '../server/options.ts';
import { serve } from '../server/serve.ts';
import { refuse } from './http-refuse.ts';
import { targetOf } from './target.ts';
import { type Forwarded, forwarded } from './trust.ts';
import { ServerWebSocket, WsSocket } from './ws-socket.ts';

/** `ws` answers each Ping by itself; a peer that sends them and does not read is cut off at so many. */
const maxPendingPongs = 1_024;

/** The handshake that `ws` completes now, in one synchronous call, and the fault that it found in the request. */
let completing: Completion | undefined;

interface Completion {
  readonly opened: Opened;
  fault: Error | undefined;
}

/** Takes upgrade requests of Node's HTTP server through their handshakes and makes channels of them. */
export class Upgrader {
  readonly #app: AppCore;
  readonly #servers = new Map<CompiledRoute, WebSocketServer>();
  readonly #waiting = new Map<NetSocket, Waiting>();
  /** Connections with a refusal on its way. */
  readonly #refused = new Set<NetSocket>();

  constructor(app: AppCore) {
    this.#app = app;
    for (const route of app.routes) this.#servers.set(route, webSocketServer(route));
  }

  /** @param elapsed Milliseconds since the connection was made. */
  upgrade(incoming: IncomingMessage, socket: NetSocket, head: Buffer, elapsed: number): void {
    const attempt = new UpgradeAttempt(incoming, elapsed);
    // What goes wrong in here costs one connection, not the process.
    try {
      const outcome = handshake(this.#app, attempt, () => this.#interrupted(socket));
      if (outcome instanceof Promise) this.#wait(outcome, attempt, socket, head);
      else this.#answer(outcome, attempt, socket, head);
    } catch (error) {
      this.#failed(error, socket);
    }
  }

  upgradeSoon(incoming: IncomingMessage, socket: NetSocket, head: Buffer, elapsed: number): void {
    keepQuiet(socket);
    process.nextTick(() => this.upgrade(incoming, socket, head, elapsed));
  }

  /** Refuses the handshakes that are going on with 503. */
  drain(): void {
    for (const { interrupt } of this.#waiting.values()) interrupt('closing');
  }

  /** Cuts the connections that no channel has come of. */
  cut(): void {
    for (const socket of this.#waiting.keys()) socket.destroy();
    for (const socket of this.#refused) socket.destroy();
  }

  #interrupted(socket: NetSocket): Promise<Interruption> {
    const waiting = new Waiting(socket);
    this.#waiting.set(socket, waiting);
    return waiting.interrupted;
  }

  #wait(outcome: Promise<Outcome>, attempt: UpgradeAttempt, socket: NetSocket, head: Buffer): void {
    keepQuiet(socket);
    outcome
      .finally(() => {
        this.#waiting.get(socket)?.end();
        this.#waiting.delete(socket);
      })
      .then((settled) => this.#answer(settled, attempt, socket, head))
      .catch((error) => this.#failed(error, socket));
  }

  #answer(outcome: Outcome, { incoming }: UpgradeAttempt, socket: NetSocket, head: Buffer): void {
    if ('rejected' in outcome) this.#refuse(outcome, incoming, socket);
    else this.#complete(outcome, incoming, socket, head);
  }

  #failed(error: unknown, socket: NetSocket): void {
    keepQuiet(socket);
    socket.destroy();
    this.#app.report(error, undefined);
  }

  #refuse(refused: Refused, incoming: IncomingMessage, socket: NetSocket): void {
    this.#app.refused(refused);
    if (refused.reason === 'abandoned') socket.destroy();
    // Also where it is destroyed: its error may still be on its way.
    keepQuiet(socket);
    if (socket.destroyed) return;
    this.#refused.add(socket);
    socket.once('close', () => this.#refused.delete(socket));
    refuse(socket, incoming.method, refused.rejected, this.#app.clock);
  }

  #complete(opened: Opened, incoming: IncomingMessage, socket: NetSocket, head: Buffer): void {
    const { route, request, place } = opened;
    const completion: Completion = { opened, fault: undefined };
    let completed = false;
    completing = completion;
    // From here on `ws` listens. To take away what is not there would cost as much as to take away what is.
    if (socket.listenerCount('error') > 0) socket.off('error', ignore);
    try {
      this.#servers.get(route)?.handleUpgrade(incoming, socket, head, (ws) => {
        completed = true;
        // Where Pings go out they find a peer that is gone, and four system calls are spared.
        if (route.settings.heartbeat === false) socket.setKeepAlive(true, 60_000);
        serve(this.#app, new WsSocket(ws as ServerWebSocket, socket, route.settings), opened);
      });
    } catch (error) {
      // Before the 101 it is somebody else who listens and has made a WebSocket of this one: it is theirs.
      if (completed) socket.destroy();
      place.release();
      this.#app.report(error, route);
      return;
    } finally {
      completing = undefined;
    }
    if (completed) return;
    place.release();
    // Without a fault `ws` gives up without a word, because the peer has gone.
    const { fault } = completion;
    const refused = fault === undefined ? abandoned : malformed(fault);
    this.#refuse({ ...refused, route, request }, incoming, socket);
  }
}

/** A handshake that waits for its session or its guard. Its peer and the app can interrupt it. */
class Waiting {
  readonly #socket: NetSocket;
  readonly interrupted: Promise<Interruption>;
  interrupt: (why: Interruption) => void = ignore;
  readonly #abandon = (): void => this.interrupt('abandoned');

  constructor(socket: NetSocket) {
    this.#socket = socket;
    this.interrupted = new Promise((resolve) => {
      this.interrupt = resolve;
    });
    // A peer that ends its side cannot speak WebSocket any more, but its connection does not close by itself.
    socket.once('end', this.#abandon).once('close', this.#abandon);
  }

  end(): void {
    this.#socket.off('end', this.#abandon).off('close', this.#abandon);
  }
}

const abandoned = { reason: 'abandoned', rejected: reject(499) } as const;

function malformed(fault: Error): Pick<Refused, 'reason' | 'rejected'> {
  return { reason: 'malformed', rejected: reject(400, `${fault.message}.`) };
}

/** A connection that breaks emits `error`, which ends the process where nobody listens. */
function keepQuiet(socket: NetSocket): void {
  if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
}

function ignore(): void {}

function webSocketServer({ settings }: CompiledRoute): WebSocketServer {
  const { maxPayload, maxFragments, maxBufferedChunks, perMessageDeflate, closeTimeout } = settings;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    WebSocket: ServerWebSocket,
    maxPayload,
    maxFragments,
    maxBufferedChunks,
    maxPendingAutoPongs: maxPendingPongs,
    perMessageDeflate: perMessageDeflate as boolean,
    // The channel has a timer of its own; this one is for what ws closes by itself.
    closeTimeout,
    handleProtocols: () => completing?.opened.subprotocol ?? false,
  } as ConstructorParameters<typeof WebSocketServer>[0]);
  server.on('headers', (headers: string[]) => {
    for (const [name, value] of completing?.opened.verdict.lines ?? []) headers.push(`${name}: ${value}`);
  });
  server.on('wsClientError', (error) => {
    if (completing !== undefined) completing.fault = error;
  });
  return server;
}

/** A request of Node's as the handshake sees it. */
class UpgradeAttempt implements Attempt {
  readonly incoming: IncomingMessage;
  readonly elapsed: number;
  readonly url: string;

  constructor(incoming: IncomingMessage, elapsed: number) {
    this.incoming = incoming;
    this.elapsed = elapsed;
    this.url = targetOf(incoming).url;
  }

  get method(): string {
    return this.incoming.method ?? '';
  }

  get httpVersion(): string {
    return this.incoming.httpVersion;
  }

  get rawHeaders(): readonly string[] {
    return this.incoming.rawHeaders;
  }

  forwarded(trust: TrustProxy): Forwarded {
    return forwarded(this.incoming, trust);
  }
}
