import { describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import type { SocketListener } from '../../src/channel/socket.ts';
import { WsSocket } from '../../src/edge/ws-socket.ts';
import type { Payload } from '../../src/protocol/payload.ts';
import { type ContractPeer, socketContract } from '../support/socket-contract.ts';
import { closingPairs, connect, rawOf, until } from '../support/ws-pair.ts';

closingPairs();

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
    behind: () => {},
    closing: ({ code, reason }) => log.push(`closing ${code} ${reason}`.trimEnd()),
    violated: ({ code }, cause) => log.push(`violated ${code} ${(cause as { code: string }).code}`),
    gone: () => log.push('gone'),
  };
  socket.open(listener);
  return log;
}

describe('the socket over ws', () => {
  socketContract({
    test,
    make: async () => {
      const { ws, raw, client } = await connect();
      return { socket: new WsSocket(ws, raw), peer: peerOf(client) };
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
    const { ws, raw, client } = await connect({ maxPayload: 100 });
    const socket = new WsSocket(ws, raw);
    const log = listen(socket);
    const closed = new Promise<number>((resolve) => client.once('close', resolve));
    rawOf(client).write(Uint8Array.from(bytes));
    expect(await closed).toBe(Number(violation.split(' ')[1]));
    await until(() => log.length > 1);
    expect(log).toEqual([violation, 'gone']);
  });

  test('reports more fragments than maxFragments as a violation with 1008', async () => {
    const { ws, raw, client } = await connect({ maxFragments: 2 });
    const socket = new WsSocket(ws, raw);
    const log = listen(socket);
    for (let i = 0; i < 4; i++) client.send('x', { fin: false });
    await until(() => log.length > 1);
    expect(log).toEqual(['violated 1008 WS_ERR_TOO_MANY_BUFFERED_PARTS', 'gone']);
  });

  test('reports when an answer to a Ping has left, which ws sends by itself', async () => {
    const { ws, raw, client } = await connect();
    const socket = new WsSocket(ws, raw);
    let drained = 0;
    socket.open({ payload() {}, drained: () => drained++, behind() {}, closing() {}, violated() {}, gone() {} });
    raw.cork();
    client.ping();
    await until(() => socket.bufferedBytes > 0);
    expect(drained).toBe(0);
    raw.uncork();
    await until(() => drained > 0);
    expect(socket.bufferedBytes).toBe(0);
  });

  test('hands out bytes that keep nothing else in memory', async () => {
    const { ws, raw, client } = await connect();
    const socket = new WsSocket(ws, raw);
    const payloads: Payload[] = [];
    socket.open({
      payload: (p) => payloads.push(p),
      drained() {},
      behind() {},
      closing() {},
      violated() {},
      gone() {},
    });
    for (const size of [1, 10_000, 200_000]) client.send(new Uint8Array(size));
    await until(() => payloads.length === 3);
    for (const payload of payloads) expect((payload as Uint8Array).buffer.byteLength).toBe(payload.length);
  });

  test.each([
    ['', false],
    [' over TLS', true],
  ])('shows by unwrittenBytes that a large payload leaves%s, while it is buffered in full', async (_over, secure) => {
    const { ws, raw, client } = await connect({}, secure);
    const socket = new WsSocket(ws, raw);
    client.pause();
    socket.open({ payload() {}, drained() {}, behind() {}, closing() {}, violated() {}, gone() {} });
    socket.send(new Uint8Array(30_000_000));
    const buffered = socket.bufferedBytes;
    expect(buffered).toBeGreaterThan(30_000_000);
    const unwritten = new Set<number>();
    client.resume();
    await until(() => {
      if (socket.unwrittenBytes > 0) unwritten.add(socket.unwrittenBytes);
      if (socket.unwrittenBytes > 0) expect(socket.bufferedBytes).toBe(buffered);
      return socket.bufferedBytes === 0;
    });
    expect(unwritten.size).toBeGreaterThan(1);
    expect(socket.unwrittenBytes).toBe(0);
  });
});

/** The limits that `connect` gives to `ws`. */
const limits = { maxPayload: 100_000_000, maxFragments: 16 * 1024, maxBufferedChunks: 256 * 1024 };

describe('the socket over ws that knows the limits, and so reads frames itself', () => {
  socketContract({
    test,
    make: async () => {
      const { ws, raw, client } = await connect();
      return { socket: new WsSocket(ws, raw, limits), peer: peerOf(client) };
    },
  });

  test('reports a violation with the messages before it', async () => {
    const { ws, raw, client } = await connect();
    const log = listen(new WsSocket(ws, raw, limits));
    const closed = new Promise<number>((resolve) => client.once('close', resolve));
    rawOf(client).write(Uint8Array.of(0x81, 0x81, 0, 0, 0, 0, 0x61, 0x81, 0x81, 0, 0, 0, 0, 0xff));
    expect(await closed).toBe(1007);
    await until(() => log.length > 2);
    expect(log).toEqual(['payload a', 'violated 1007 WS_ERR_INVALID_UTF8', 'gone']);
  });

  test('leaves a compressed connection to ws', async () => {
    const { ws, raw, client } = await connect({ perMessageDeflate: { threshold: 0 } });
    const [listener] = raw.listeners('data');
    const log = listen(new WsSocket(ws, raw, limits));
    expect(raw.listeners('data')).toEqual([listener]);
    client.send('deflated');
    await until(() => log.length > 0);
    expect(log).toEqual(['payload deflated']);
  });
});
