import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { AppCore } from '../server/app.ts';
import type { CompiledRoute } from '../server/compile.ts';
import { type Attempt, handshake, type Opened } from '../server/handshake.ts';
import { serve } from '../server/serve.ts';
import { refuse } from './http-refuse.ts';
import { forwarded } from './trust.ts';
import { ServerWebSocket, WsSocket } from './ws-socket.ts';

/** `ws` answers each Ping by itself; a peer that sends them and does not read is cut off at so many. */
const maxPendingPongs = 1_024;

/** What a completed handshake has to say in its 101, until `ws` asks for it. */
const openings = new WeakMap<IncomingMessage, Opened>();

/** Takes upgrade requests of Node's HTTP server through their handshakes and makes channels of them. */
export class Upgrader {
  readonly #app: AppCore;
  readonly #servers = new Map<CompiledRoute, WebSocketServer>();

  constructor(app: AppCore) {
    this.#app = app;
    for (const route of app.routes) this.#servers.set(route, webSocketServer(route));
  }

  /** @param elapsed Milliseconds since the connection was made. */
  async upgrade(incoming: IncomingMessage, socket: NetSocket, head: Buffer, elapsed: number): Promise<void> {
    // A connection that breaks during the handshake emits `error`, which ends the process where nobody listens.
    const ignore = (): void => {};
    socket.on('error', ignore);
    const abandoned = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const outcome = await handshake(this.#app, attemptOf(incoming, elapsed), abandoned);
    if ('rejected' in outcome) {
      this.#app.refused(outcome);
      refuse(socket, outcome.rejected, this.#app.clock);
      return;
    }
    this.#complete(outcome, incoming, socket, head);
    socket.off('error', ignore);
  }

  #complete(opened: Opened, incoming: IncomingMessage, socket: NetSocket, head: Buffer): void {
    const server = this.#servers.get(opened.route);
    openings.set(incoming, opened);
    // `ws` gives up without a word when the peer has gone, or when it finds a fault of its own in the request.
    let completed = false;
    server?.handleUpgrade(incoming, socket, head, (ws) => {
      completed = true;
      socket.setKeepAlive(true, 60_000);
      serve(this.#app, new WsSocket(ws as ServerWebSocket, socket), opened);
    });
    if (!completed) opened.place.release();
  }
}

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
    handleProtocols: (_offered: Set<string>, incoming: IncomingMessage) => openings.get(incoming)?.subprotocol ?? false,
  } as ConstructorParameters<typeof WebSocketServer>[0]);
  server.on('headers', (headers: string[], incoming: IncomingMessage) => {
    for (const [name, value] of openings.get(incoming)?.verdict.lines ?? []) headers.push(`${name}: ${value}`);
  });
  return server;
}

function attemptOf(incoming: IncomingMessage, elapsed: number): Attempt {
  return {
    method: incoming.method ?? '',
    httpVersion: incoming.httpVersion,
    url: incoming.url ?? '',
    rawHeaders: incoming.rawHeaders,
    elapsed,
    incoming,
    forwarded: (trust) => forwarded(incoming, trust),
  };
}
