import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import { afterEach, expect } from 'vitest';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { ServerWebSocket } from '../../src/edge/ws-socket.ts';

const ends: Array<() => Promise<void> | void> = [];

/** Ends what a test has opened. */
export function closingPairs(): void {
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
}

/** Both ends of a connection over loopback, and what lies beneath the server's. */
export interface Pair {
  readonly ws: ServerWebSocket;
  readonly raw: NetSocket;
  readonly client: WebSocket;
}

const fixture = (kind: 'cert' | 'key'): Buffer =>
  readFileSync(new URL(`../fixtures/localhost.${kind}.pem`, import.meta.url));

/** Over TLS, where `secure` is set. */
export async function connect(options: ServerOptions = {}, secure = false): Promise<Pair> {
  const server = secure ? createSecureServer({ key: fixture('key'), cert: fixture('cert') }) : createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    WebSocket: ServerWebSocket,
    maxPayload: 100_000_000,
    ...options,
  } as ServerOptions);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const opened = new Promise<Omit<Pair, 'client'>>((resolve) => {
    server.on('upgrade', (incoming, raw, head) => {
      sockets.handleUpgrade(incoming, raw, head, (ws) => {
        resolve({ ws: ws as unknown as ServerWebSocket, raw: raw as NetSocket });
      });
    });
  });
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`${secure ? 'wss' : 'ws'}://127.0.0.1:${port}`, { rejectUnauthorized: false });
  client.on('error', () => {});
  const pair = await opened;
  if (client.readyState !== WebSocket.OPEN) await new Promise((resolve) => client.once('open', resolve));
  ends.push(() => {
    pair.ws.terminate();
    client.terminate();
  });
  return { ...pair, client };
}

/** The connection beneath a client. */
export function rawOf(client: WebSocket): NetSocket {
  return (client as unknown as { _socket: NetSocket })._socket;
}

export const turn = (milliseconds = 2): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits for what has to happen soon. */
export async function until(check: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !check(); i++) await turn();
  expect(check()).toBe(true);
}
