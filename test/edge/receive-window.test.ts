import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ReceiveWindow } from '../../src/edge/receive-window.ts';
import { until } from '../support/ws-pair.ts';

const open: Array<{ destroy(): void }> = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

/** A server's end with a window, and what has come to the peer. */
async function pair(): Promise<{ server: Socket; window: ReceiveWindow; received: () => string }> {
  const listening = createServer();
  await once(listening.listen(0, '127.0.0.1'), 'listening');
  const address = listening.address() as { port: number };
  const peer = connect(address.port, '127.0.0.1');
  const [server] = (await once(listening, 'connection')) as [Socket];
  listening.close();
  open.push(peer, server);
  const chunks: Buffer[] = [];
  peer.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { server, window: new ReceiveWindow(server), received: () => Buffer.concat(chunks).toString('latin1') };
}

/** A frame as `ws` writes it, in two chunks. */
function write(socket: Socket, opcode: number, payload: string): void {
  socket.write(Buffer.from([0x80 | opcode, payload.length]));
  socket.write(payload);
}

const text = 1;
const ping = 9;

describe('the receive window of a peer', () => {
  test('takes everything at first', async () => {
    const { server, window, received } = await pair();
    window.upgraded();
    write(server, text, 'a');
    await until(() => received() === '\x81\x01a');
    expect(window.passedBytes).toBe(3);
  });

  test('lets the answer to the handshake pass, whatever comes of it', async () => {
    const { server, window, received } = await pair();
    window.reads(0);
    server.write('HTTP/1.1 101 Switching Protocols\r\n\r\n', 'latin1');
    window.upgraded();
    write(server, text, 'a');
    await until(() => received().endsWith('\r\n\r\n'));
    expect([server.writableLength, window.isHolding]).toEqual([3, true]);
  });

  test('takes so many messages also of those that come in one chunk', async () => {
    const { server, window, received } = await pair();
    window.upgraded();
    window.reads(2);
    server.write('\x81\x01a\x81\x01b\x81\x01c\x81\x01d', 'latin1');
    await until(() => received() === '\x81\x01a\x81\x01b');
    expect(window.isHolding).toBe(true);
    window.reads(1);
    await until(() => received().endsWith('c'));
    expect(server.writableLength).toBe(12);
    window.reads(5);
    await until(() => received().endsWith('d'));
    expect([server.writableLength, window.isHolding]).toEqual([0, false]);
  });

  test('takes so many messages, with what stands before them, and no more', async () => {
    const { server, window, received } = await pair();
    window.upgraded();
    window.reads(0);
    write(server, ping, '');
    for (const letter of 'abc') write(server, text, letter);
    window.reads(2);
    await until(() => received() === '\x89\x00\x81\x01a\x81\x01b');
    expect(server.writableLength).toBe(3);
    window.reads(Number.POSITIVE_INFINITY);
    await until(() => received().endsWith('c'));
    expect([server.writableLength, window.isHolding]).toEqual([0, false]);
  });

  test('calls back behind what has left, also for an empty write', async () => {
    const { server, window } = await pair();
    window.upgraded();
    window.reads(1);
    const left: string[] = [];
    write(server, text, 'a');
    server.write(Buffer.alloc(0), () => left.push('a'));
    write(server, text, 'b');
    server.write(Buffer.alloc(0), () => left.push('b'));
    await until(() => left.length > 0);
    expect(left).toEqual(['a']);
  });

  test.each([126, 65_536])('knows where a message of %i bytes ends', async (size) => {
    const { server, window, received } = await pair();
    window.upgraded();
    window.reads(1);
    const head = size < 65_536 ? [0x82, 126, 0, size] : [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0];
    server.write(Buffer.from(head));
    server.write(Buffer.alloc(size));
    write(server, text, 'a');
    await until(() => received().length === head.length + size);
    expect(server.writableLength).toBe(3);
  });
});
