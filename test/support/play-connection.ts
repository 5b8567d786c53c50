import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { WebSocketServer } from 'ws';
import { ServerWebSocket, WsSocket } from '../../src/edge/ws-socket.ts';
import type { Act, Connection } from './any-connection.ts';
import { MemorySocket } from './memory-socket.ts';

/** What came of a connection. */
export interface Outcome {
  /** What the socket reported, in order; the first two words of an entry are its kind and, for a close, its code. */
  readonly log: readonly string[];
  /** What was sent behind the handshake. */
  readonly written: Buffer;
  /** Our side was ended. */
  readonly ended: boolean;
  /** How many bytes had come when a violation was reported. */
  readonly violatedAt: number | undefined;
}

/** Who reads the frames: `ws` all of them, or the edge those that it takes. */
export type Reading = 'ws' | 'edge';

const request = {
  method: 'GET',
  url: '/',
  headers: {
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
  },
} as unknown as IncomingMessage;

const servers = new Map<string, WebSocketServer>();

function serverOf({ limits, maxPendingAutoPongs }: Connection): WebSocketServer {
  const key = `${Object.values(limits)} ${maxPendingAutoPongs}`;
  const known = servers.get(key);
  if (known !== undefined) return known;
  const options = { ...limits, maxPendingAutoPongs, noServer: true, clientTracking: false, WebSocket: ServerWebSocket };
  const server = new WebSocketServer(options as ConstructorParameters<typeof WebSocketServer>[0]);
  servers.set(key, server);
  return server;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Plays a connection up to its end, in memory. */
export async function play(connection: Connection, reading: Reading): Promise<Outcome> {
  const raw = new MemorySocket();
  const net = raw as unknown as NetSocket;
  let socket: WsSocket | undefined;
  serverOf(connection).handleUpgrade(request, net, Buffer.alloc(0), (ws) => {
    const limits = reading === 'edge' ? connection.limits : undefined;
    socket = new WsSocket(ws as unknown as ServerWebSocket, net, limits);
  });
  if (socket === undefined) throw new Error('The handshake failed.');
  raw.takeWritten();
  const log: string[] = [];
  const act = actOn(socket);
  let violatedAt: number | undefined;
  let messages = 0;
  socket.open({
    payload: (payload) => {
      log.push(typeof payload === 'string' ? `text ${payload}` : `bytes ${Buffer.from(payload).toString('hex')}`);
      if (connection.during?.[0] === ++messages) act(connection.during[1]);
    },
    drained() {},
    behind() {},
    closing: ({ code, reason }) => log.push(`closing ${code} ${reason}`),
    violated: ({ code }, cause) => {
      violatedAt = raw.bytesRead;
      log.push(`violated ${code} ${(cause as { code: string }).code} ${(cause as Error).message}`);
    },
    gone: () => log.push('gone'),
  });
  // The socket begins to flow.
  await turn();
  for (const step of connection.steps) {
    if (typeof step !== 'string') raw.brings(step);
    else if (step === 'turn') await turn();
    else if (step === 'end') raw.push(null);
    else if (step === 'destroy') raw.destroy();
    else act(step);
  }
  await turn();
  await turn();
  const ended = raw.writableEnded;
  raw.destroy();
  await turn();
  return { log, written: raw.takeWritten(), ended, violatedAt };
}

function actOn(socket: WsSocket): (act: Act) => void {
  return (act) => {
    if (act === 'pause' || act === 'resume') socket.demand(act === 'resume');
    else if (act === 'close') socket.close({ code: 4000, reason: 'ours' });
    else socket.terminate();
  };
}
