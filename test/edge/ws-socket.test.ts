import { createServer } from 'node:http';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { SocketListener } from '../../src/channel/socket.ts';
import { ServerWebSocket, WsSocket } from '../../src/edge/ws-socket.ts';
import type { Payload } from '../../src/protocol/payload.ts';
import { type ContractPeer, socketContract } from '../support/socket-contract.ts';

const ends: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Pair {
  readonly socket: WsSocket;
  readonly ws: ServerWebSocket;
  readonly raw: NetSocket;
  readonly client: WebSocket;
}

/** A socket over loopback and a real client. */
async function connect(options: Record<string, unknown> = {}): Promise<Pair> {
  const server = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    WebSocket: ServerWebSocket,
    maxPayload: 65_536_000,
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const opened = new Promise<Omit<Pair, 'client'>>((resolve) => {
    server.on('upgrade', (incoming, raw, head) => {
      sockets.handleUpgrade(incoming, raw, head, (one) => {
        const ws = one as ServerWebSocket;
        resolve({ socket: new WsSocket(ws, raw as NetSocket), ws, raw: raw as NetSocket });
      });
    });
  });
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('error', () => {});
  const pair = await opened;
  if (client.readyState !== WebSocket.OPEN) await new Promise((resolve) => client.once('open', resolve));
  ends.push(() => {
    pair.ws.terminate();
    client.terminate();
  });
  return { ...pair, client };
}

function peerOf(client: WebSocket): ContractPeer {
  const received: Payload[] = [];
  client.on('message', (data: Buffer, isBinary) => received.push(isBinary ? new Uint8Array(data) : data.toString()));
  client.on('close', (code, reason) => {
    if (code !== 1006) received.push(`close ${code} ${reason}`.trimEnd());
  });
  return {
    received,
    send: (payload) => client.send(payload),
    close: (code, reason) => client.close(code, reason),
    vanish: () => client.terminate(),
    read: (on) => (on ? client.resume() : client.pause()),
  };
}

/** Notes what a socket reports. */
function listen(socket: WsSocket): string[] {
  const log: string[] = [];
  const listener: SocketListener = {
    payload: (payload) => log.push(`payload ${payload}`),
    drained: () => {},
    closing: ({ code, reason }) => log.push(`closing ${code} ${reason}`.trimEnd()),
    violated: ({ code }, cause) => log.push(`violated ${code} ${(cause as { code: string }).code}`),
    gone: () => log.push('gone'),
  };
  socket.open(listener);
  return log;
}

const until = async (check: () => boolean): Promise<void> => {
  for (let i = 0; i < 1_000 && !check(); i++) await turn();
  expect(check()).toBe(true);
};
const turn = (milliseconds = 2): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('the socket over ws', () => {
  socketContract({
    test,
    make: async () => {
      const { socket, client } = await connect();
      return { socket, peer: peerOf(client) };
    },
  });

  test.each([
    [
      'a message over maxPayload',
      [0x82, 0xfe, 0x10, 0x00, 0, 0, 0, 0],
      'violated 1009 WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
    ],
    ['an opcode that is not defined', [0x83, 0x80, 0, 0, 0, 0], 'violated 1002 WS_ERR_INVALID_OPCODE'],
    ['a frame that is not masked', [0x81, 0x01, 0x61], 'violated 1002 WS_ERR_EXPECTED_MASK'],
    ['text that is not UTF-8', [0x81, 0x81, 0, 0, 0, 0, 0xff], 'violated 1007 WS_ERR_INVALID_UTF8'],
    [
      'a close code that is not allowed',
      [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed],
      'violated 1002 WS_ERR_INVALID_CLOSE_CODE',
    ],
  ])('reports %s as a violation, and then the end', async (_what, bytes, violation) => {
    const { socket, client } = await connect({ maxPayload: 100 });
    const log = listen(socket);
    const closed = new Promise<number>((resolve) => client.once('close', resolve));
    rawOf(client).write(Uint8Array.from(bytes));
    expect(await closed).toBe(Number(violation.split(' ')[1]));
    await until(() => log.length > 1);
    expect(log).toEqual([violation, 'gone']);
  });

  test('reports more fragments than maxFragments as a violation with 1008', async () => {
    const { socket, client } = await connect({ maxFragments: 2 });
    const log = listen(socket);
    for (let i = 0; i < 4; i++) client.send('x', { fin: false });
    await until(() => log.length > 1);
    expect(log).toEqual(['violated 1008 WS_ERR_TOO_MANY_BUFFERED_PARTS', 'gone']);
  });

  test('hands out bytes that keep nothing else in memory', async () => {
    const { socket, client } = await connect();
    const payloads: Payload[] = [];
    socket.open({ payload: (p) => payloads.push(p), drained() {}, closing() {}, violated() {}, gone() {} });
    for (const size of [1, 10_000, 200_000]) client.send(new Uint8Array(size));
    await until(() => payloads.length === 3);
    for (const payload of payloads) expect((payload as Uint8Array).buffer.byteLength).toBe(payload.length);
  });

  test('shows by unwrittenBytes that a large payload leaves, while it is buffered in full', async () => {
    const { socket, client } = await connect();
    client.pause();
    socket.open({ payload() {}, drained() {}, closing() {}, violated() {}, gone() {} });
    socket.send(new Uint8Array(30_000_000));
    const [buffered, unwritten] = [socket.bufferedBytes, socket.unwrittenBytes];
    expect(buffered).toBeGreaterThan(30_000_000);
    client.resume();
    await until(() => socket.unwrittenBytes < unwritten);
    client.pause();
    if (socket.unwrittenBytes > 0) expect(socket.bufferedBytes).toBe(buffered);
    client.resume();
    await until(() => socket.bufferedBytes === 0);
    expect(socket.unwrittenBytes).toBe(0);
  });
});

/** The connection beneath a client of `ws`. */
function rawOf(client: WebSocket): NetSocket {
  return (client as unknown as { _socket: NetSocket })._socket;
}
