import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { WebSocketServer } from 'ws';
import { reject } from '../protocol/verdict.ts';
import type { AppCore } from '../server/app.ts';
import type { CompiledRoute } from '../server/compile.ts';
import { type Attempt, handshake, type Interruption, type Opened, type Refused } from '../server/handshake.ts';
import { serve } from '../server/serve.ts';
import { refuse } from './http-refuse.ts';
import { targetOf } from './target.ts';
import { forwarded } from './trust.ts';
import { ServerWebSocket, WsSocket } from './ws-socket.ts';

/** `ws` answers each Ping by itself; a peer that sends them and does not read is cut off at so many. */
const maxPendingPongs = 1_024;

/** What a completed handshake has to say in its 101, until `ws` asks for it. */
const openings = new WeakMap<IncomingMessage, Opened>();

/** Faults that `ws` found in requests that have passed our own checks. */
const faults = new WeakMap<IncomingMessage, Error>();

/** Takes upgrade requests of Node's HTTP server through their handshakes and makes channels of them. */
export class Upgrader {
  readonly #app: AppCore;
  readonly #servers = new Map<CompiledRoute, WebSocketServer>();
  /** Connections in a handshake or with a refusal on its way, and how to interrupt each. */
  readonly #pending = new Map<NetSocket, (why: Interruption) => void>();

  constructor(app: AppCore) {
    this.#app = app;
    for (const route of app.routes) this.#servers.set(route, webSocketServer(route));
  }

  /** @param elapsed Milliseconds since the connection was made. */
  upgrade(incoming: IncomingMessage, socket: NetSocket, head: Buffer, elapsed: number): void {
    // What goes wrong in here costs one connection, not the process.
    this.#upgrade(incoming, socket, head, elapsed).catch((error) => {
      socket.destroy();
      this.#app.report(error, undefined);
    });
  }

  /** Refuses the handshakes that are going on with 503. */
  drain(): void {
    for (const interrupt of this.#pending.values()) interrupt('closing');
  }

  /** Cuts the connections that no channel has come of. */
  cut(): void {
    for (const socket of this.#pending.keys()) socket.destroy();
  }

  async #upgrade(incoming: IncomingMessage, socket: NetSocket, head: Buffer, elapsed: number): Promise<void> {
    // A connection that breaks during the handshake emits `error`, which ends the process where nobody listens.
    socket.on('error', ignore);
    let abandon = ignore;
    const interrupted = new Promise<Interruption>((resolve) => {
      abandon = () => resolve('abandoned');
      this.#pending.set(socket, resolve);
    });
    const settled = (): void => {
      abandon();
      this.#pending.delete(socket);
    };
    // A peer that ends its side cannot speak WebSocket any more, but its connection does not close by itself.
    socket.once('end', abandon).once('close', settled);
    const outcome = await handshake(this.#app, attemptOf(incoming, elapsed), interrupted);
    socket.off('end', abandon);
    if ('rejected' in outcome) {
      this.#refuse(outcome, incoming, socket);
      return;
    }
    socket.off('close', settled);
    this.#pending.delete(socket);
    this.#complete(outcome, incoming, socket, head);
  }

  #refuse(refused: Refused, incoming: IncomingMessage, socket: NetSocket): void {
    this.#app.refused(refused);
    if (refused.reason === 'abandoned') socket.destroy();
    else refuse(socket, incoming.method, refused.rejected, this.#app.clock);
  }

  #complete(opened: Opened, incoming: IncomingMessage, socket: NetSocket, head: Buffer): void {
    const { route, request, place } = opened;
    openings.set(incoming, opened);
    let completed = false;
    try {
      this.#servers.get(route)?.handleUpgrade(incoming, socket, head, (ws) => {
        completed = true;
        socket.off('error', ignore).setKeepAlive(true, 60_000);
        serve(this.#app, new WsSocket(ws as ServerWebSocket, socket), opened);
      });
    } catch (error) {
      // Before the 101 it is somebody else who listens and has made a WebSocket of this one: it is theirs.
      if (completed) socket.destroy();
      place.release();
      this.#app.report(error, route);
      return;
    }
    if (completed) return;
    place.release();
    // Without a fault `ws` gives up without a word, because the peer has gone.
    const fault = faults.get(incoming);
    const refused = fault === undefined ? abandoned : malformed(fault);
    this.#refuse({ ...refused, route, request }, incoming, socket);
  }
}

const abandoned = { reason: 'abandoned', rejected: reject(499) } as const;

function malformed(fault: Error): Pick<Refused, 'reason' | 'rejected'> {
  return { reason: 'malformed', rejected: reject(400, `${fault.message}.`) };
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
    handleProtocols: (_offered: Set<string>, incoming: IncomingMessage) => openings.get(incoming)?.subprotocol ?? false,
  } as ConstructorParameters<typeof WebSocketServer>[0]);
  server.on('headers', (headers: string[], incoming: IncomingMessage) => {
    for (const [name, value] of openings.get(incoming)?.verdict.lines ?? []) headers.push(`${name}: ${value}`);
  });
  server.on('wsClientError', (error, _socket, incoming) => {
    faults.set(incoming, error);
  });
  return server;
}

function attemptOf(incoming: IncomingMessage, elapsed: number): Attempt {
  return {
    method: incoming.method ?? '',
    httpVersion: incoming.httpVersion,
    url: targetOf(incoming).url,
    rawHeaders: incoming.rawHeaders,
    elapsed,
    incoming,
    forwarded: (trust) => forwarded(incoming, trust),
  };
}
