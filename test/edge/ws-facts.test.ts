import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { WsSocket } from '../../src/edge/ws-socket.ts';
import { closingPairs, connect, rawOf, turn, until } from '../support/ws-pair.ts';

closingPairs();

/** Runs a program that has `ws` and a server on `port`; answers what it printed. */
async function run(program: string): Promise<string> {
  const prelude = `
    const { WebSocket, WebSocketServer } = require('ws');
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 10 });
    const connect = () => new WebSocket('ws://127.0.0.1:' + server.address().port);
    setTimeout(() => process.exit(), 1_000);
  `;
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const node = promisify(execFile)(process.execPath, ['-e', prelude + program], { cwd });
  const { stdout } = await node.catch((error: { stdout: string; stderr: string }) => ({
    stdout: `${error.stdout}died: ${/Error: .*/.exec(error.stderr)?.[0]}`,
  }));
  return stdout.trim();
}

const fixture = (kind: 'cert' | 'key'): Buffer =>
  readFileSync(new URL(`../fixtures/localhost.${kind}.pem`, import.meta.url));

/** A port that hears of no more than that `ws` closes by itself. */
const portThat = (closedByWs: (frame: unknown[]) => void): WsSocket =>
  ({ closedByWs, gone() {}, failed: () => true }) as never;

/** What the edge is built upon. Where one of these fails after an update of `ws`, the edge has to be looked at. */
describe('ws', () => {
  test('never gets over a throw out of a message listener: the socket is deaf from then on', async () => {
    const printed = await run(`
      process.on('uncaughtException', () => console.log('caught'));
      server.on('connection', (ws) => ws.on('message', (data) => {
        console.log(String(data));
        throw new Error('boom');
      }));
      server.on('listening', () => {
        const client = connect();
        client.on('open', () => {
          client.send('first');
          setTimeout(() => client.send('second'), 50);
        });
      });
    `);
    expect(printed.split('\n')).toEqual(['first', 'caught']);
  });

  test('ends the process for a message over maxPayload where nobody listens to error', async () => {
    const printed = await run(`
      server.on('connection', () => console.log('connected'));
      server.on('listening', () => {
        const client = connect();
        client.on('open', () => client.send('more than ten bytes'));
      });
    `);
    expect(printed).toBe('connected\ndied: Error: Max payload size exceeded');
  });

  test('tells 1006 of a message over maxPayload, and the truth by the error and to the peer', async () => {
    const { ws, client } = await connect({ maxPayload: 10 });
    const errors: unknown[] = [];
    const codes: number[] = [];
    ws.on('error', (error) => errors.push((error as { code?: string }).code));
    ws.on('close', (code) => codes.push(code));
    client.on('close', (code) => codes.push(code));
    client.send('more than ten bytes');
    await until(() => codes.length === 2);
    expect(errors).toEqual(['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH']);
    expect(codes.sort()).toEqual([1006, 1009]);
  });

  test('drops what is sent after close() without a word, unless a callback is given', async () => {
    const { ws } = await connect();
    ws.close(1000);
    expect(() => ws.send('late')).not.toThrow();
    const error = await new Promise<Error | undefined>((resolve) => ws.send('late', resolve));
    expect(error?.message).toContain('not open');
  });

  test('emits nothing for a Close until the connection is gone, but calls close() with code and reason', async () => {
    const { ws, client } = await connect();
    const log: unknown[] = [];
    ws.on('close', () => log.push('close event'));
    ws.port = portThat((frame: unknown[]) => log.push(frame.map(String)));
    client.close(4000, 'bye');
    await until(() => log.length === 2);
    expect(log).toEqual([['4000', 'bye'], 'close event']);
  });

  test('calls close() with one argument for a violation, and without one for a Close without a code', async () => {
    const frames: number[] = [];
    for (const bytes of [
      [0x83, 0x80, 0, 0, 0, 0],
      [0x88, 0x80, 0, 0, 0, 0],
    ]) {
      const { ws, client } = await connect();
      ws.on('error', () => {});
      ws.port = portThat((frame: unknown[]) => frames.push(frame.length));
      rawOf(client).write(Uint8Array.from(bytes));
      await until(() => frames.length > 0 && ws.readyState !== ws.OPEN);
    }
    expect(frames).toEqual([1, 0]);
  });

  test('calls back from send on a later tick, also when the kernel has taken everything', async () => {
    const { ws } = await connect();
    let sent = false;
    ws.send('hello', () => {
      sent = true;
    });
    expect([sent, ws.bufferedAmount]).toEqual([false, 0]);
    await until(() => sent);
  });

  test('starts its close timer in close(), though the Close has not left', async () => {
    const { ws, client } = await connect({ closeTimeout: 100 } as object);
    client.pause();
    ws.send(new Uint8Array(30_000_000));
    const gone = new Promise((resolve) => ws.once('close', resolve));
    ws.close(1000);
    expect(ws.bufferedAmount).toBeGreaterThan(0);
    expect(await gone).toBe(1006);
  });

  test('sees neither Pong nor Close while it is paused', async () => {
    const { ws, client } = await connect();
    const log: string[] = [];
    ws.on('pong', () => log.push('pong'));
    ws.on('close', () => log.push('close'));
    ws.pause();
    ws.ping();
    await new Promise((resolve) => client.once('ping', resolve));
    client.close(1000);
    await turn(50);
    expect(log).toEqual([]);
    ws.resume();
    await until(() => log.length === 2);
    expect(log).toEqual(['pong', 'close']);
  });

  test('still delivers after pause() what the same read has brought', async () => {
    const { ws, client } = await connect();
    let received = 0;
    ws.on('message', () => {
      received++;
      ws.pause();
    });
    // Frames of one masked byte, written at once so that one read brings them all.
    rawOf(client).write(Buffer.concat(Array.from({ length: 1_000 }, () => Buffer.of(0x81, 0x81, 0, 0, 0, 0, 0x61))));
    await until(() => received > 0);
    await turn(20);
    expect(received).toBe(1_000);
  });

  test.each([
    ['http', createHttpServer()],
    ['https', createHttpsServer({ cert: fixture('cert'), key: fixture('key') })],
  ])(
    'is alone in listening for data at the end of a handshake over %s, and nothing has been read',
    async (_, server) => {
      const sockets = new WebSocketServer({ noServer: true });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const found = new Promise((resolve) => {
        server.on('upgrade', (incoming, raw: NetSocket, head) => {
          sockets.handleUpgrade(incoming, raw, head, () => resolve([raw.listenerCount('data'), raw.readableDidRead]));
        });
      });
      const { port } = server.address() as AddressInfo;
      const scheme = server instanceof HttpsServer ? 'wss' : 'ws';
      const client = new WebSocket(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false });
      client.on('error', () => {});
      expect(await found).toEqual([1, false]);
      client.terminate();
      server.close();
    },
  );

  test('takes chunks by its listener, and calls close() when it stops to listen', async () => {
    for (const bytes of [
      [0x83, 0x80, 0, 0, 0, 0],
      [0x88, 0x80, 0, 0, 0, 0],
    ]) {
      const { ws, raw } = await connect();
      ws.on('error', () => {});
      const [listener] = raw.listeners('data');
      const listening: number[] = [];
      ws.port = portThat(() => listening.push(raw.listenerCount('data')));
      listener?.call(raw, Buffer.from(bytes));
      await until(() => listening.length > 0);
      expect(listening).toEqual([0]);
    }
  });

  test('reads by itself what a paused connection has left behind', async () => {
    const { ws, raw, client } = await connect();
    const received: string[] = [];
    ws.on('message', (data) => received.push(String(data)));
    ws.pause();
    client.send('left behind');
    await until(() => raw.readableLength > 0);
    ws.terminate();
    await until(() => received.length > 0);
    expect(received).toEqual(['left behind']);
  });

  test('loses what the kernel held when the connection is reset', async () => {
    const { ws, client } = await connect();
    let received = 0;
    let closed = 0;
    ws.on('message', () => received++);
    ws.on('error', () => {});
    ws.on('close', (code) => {
      closed = code;
    });
    ws.pause();
    // Node reads a little ahead; the rest stays in the kernel.
    for (let i = 0; i < 2_000; i++) client.send(new Uint8Array(1_000));
    await until(() => rawOf(client).bytesWritten > 2_000_000);
    await turn(20);
    rawOf(client).resetAndDestroy();
    await turn(20);
    ws.resume();
    await until(() => closed > 0);
    expect(closed).toBe(1006);
    expect(received).toBeLessThan(2_000);
  });

  test('counts a payload as buffered in full until all of it has left', async () => {
    const { ws, raw, client } = await connect();
    client.pause();
    ws.send(new Uint8Array(30_000_000));
    const unwritten = (): number =>
      (raw as unknown as { _handle: { writeQueueSize: number } | null })._handle?.writeQueueSize ?? 0;
    expect(ws.bufferedAmount).toBeGreaterThan(30_000_000);
    expect(unwritten()).toBeLessThan(30_000_000);
    client.resume();
    await until(() => ws.bufferedAmount === 0);
    expect(unwritten()).toBe(0);
  });

  test('cuts a peer that has as many Pings unanswered as maxPendingAutoPongs says', async () => {
    const { ws, client } = await connect({ maxPendingAutoPongs: 4 } as object);
    ws.on('error', () => {});
    const gone = new Promise((resolve) => ws.once('close', resolve));
    client.pause();
    ws.send(new Uint8Array(30_000_000));
    for (let i = 0; i < 5; i++) client.ping();
    expect(await gone).toBe(1006);
  });

  test('lets pass what RFC 6455 forbids: HTTP/1.0, a version like 013, no Host', async () => {
    const passed = await run(`
      const net = require('node:net');
      const head = (http, version, host) => 'GET / HTTP/' + http + '\\r\\n' + host +
        'Upgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\n' +
        'Sec-WebSocket-Version: ' + version + '\\r\\n\\r\\n';
      server.on('listening', () => {
        for (const args of [['1.0', '13', ''], ['1.1', '013', 'Host: a\\r\\n']]) {
          const socket = net.connect(server.address().port, '127.0.0.1', () => socket.write(head(...args)));
          socket.on('data', (data) => console.log(args.slice(0, 2).join(' '), String(data).split(' ')[1]));
        }
      });
    `);
    expect(passed.split('\n').sort()).toEqual(['1.0 13 101', '1.1 013 101']);
  });
});
