import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import type { Clock } from '../channel/clock.ts';
import type { CompiledRoute } from '../server/compile.ts';
import { findRoute, isDecodable } from '../server/router.ts';
import { attach } from './attach.ts';
import { targetOf } from './target.ts';
import type { Upgrader } from './upgrade.ts';

/** Where an app listens. */
export interface Listening {
  readonly port: number;
  readonly host: string;
}

/** An HTTP server of our own: it answers plain HTTP with 426 on the paths of sockets, and 404 elsewhere. */
export function listen(
  port: number,
  host: string | undefined,
  routes: readonly CompiledRoute[],
  upgrader: Upgrader,
  clock: Clock,
  report: (error: unknown) => void,
): Promise<{ server: Server; listening: Listening }> {
  const timeout = Math.max(1, ...routes.map(({ settings }) => settings.handshakeTimeout));
  const server = createServer({
    headersTimeout: timeout,
    requestTimeout: timeout,
    connectionsCheckingInterval: Math.min(1_000, Math.ceil(timeout / 2)),
  });
  server.on('request', (incoming, response) => answer(routes, incoming, response));
  // User code may take its time, and that is limited; all else is done at once.
  const isTimed = routes.some(({ options: { session, guard } }) => session !== undefined || guard !== undefined);
  attach(server, routes, upgrader, isTimed ? timesOf(server, clock) : undefined);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // A connection that cannot be taken is no reason to end the process.
      server.on('error', report);
      const address = server.address() as AddressInfo;
      resolve({ server, listening: { port: address.port, host: address.address } });
    });
  });
}

/** How long each connection has been there, or has been idle, in ms. */
function timesOf(server: Server, clock: Clock): (socket: NetSocket) => number {
  const connected = new WeakMap<NetSocket, number>();
  server.on('connection', (socket: NetSocket) => connected.set(socket, clock.now()));
  // A connection that is kept alive begins its next handshake now.
  server.on('request', ({ socket }: IncomingMessage) => connected.set(socket, clock.now()));
  return (socket) => {
    const since = connected.get(socket) ?? clock.now();
    // There is no request after an upgrade; kept, the entry would cost each channel 64 bytes.
    connected.delete(socket);
    return clock.now() - since;
  };
}

function answer(routes: readonly CompiledRoute[], incoming: IncomingMessage, response: ServerResponse): void {
  const found = findRoute(routes, targetOf(incoming).url);
  const malformed = found === 'malformed' || (found === undefined && !isDecodable(targetOf(incoming).url));
  const status = malformed ? 400 : found === undefined ? 404 : 426;
  if (status === 426) {
    response.setHeader('Upgrade', 'websocket');
    response.setHeader('Connection', response.shouldKeepAlive ? 'Upgrade' : 'Upgrade, close');
  }
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${STATUS_CODES[status]}\n`);
  incoming.resume();
}
