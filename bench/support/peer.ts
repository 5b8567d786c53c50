import { connect, type Socket } from 'node:net';
import { CLOSE, clientFrame, PING, PONG, serverFrame, TEXT } from './frames.ts';

/** Where a server listens: a port on this machine, or a Unix socket, of which the kernel buffers much less. */
export type Place = { readonly port: number } | { readonly path: string };

const READ_BYTES = 8_192;
const RATE_TICK_MS = 20;

const handshake = (path: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '',
    '',
  ].join('\r\n');

/** A WebSocket client on a raw socket that writes what it likes and reads when, and as fast as, it likes. */
export class Peer {
  /** The code of the server's Close, or `undefined` when the connection ended without one. */
  readonly ended: Promise<number | undefined>;
  readonly #socket: Socket;
  readonly #onText: (payload: Buffer) => void;
  #open: (() => void) | undefined;
  #rest: Buffer | undefined;
  #code: number | undefined;
  #closing = false;
  #allowance = Number.POSITIVE_INFINITY;
  #tick: NodeJS.Timeout | undefined;

  private constructor(place: Place, path: string, onText: (payload: Buffer) => void) {
    this.#onText = onText;
    const onread = { buffer: Buffer.allocUnsafe(READ_BYTES), callback: this.#read.bind(this) };
    const where = 'port' in place ? { host: '127.0.0.1', noDelay: true, port: place.port } : place;
    this.#socket = connect({ ...where, onread });
    this.#socket.write(handshake(path));
    this.ended = new Promise((resolve) => {
      // A server that goes away resets the connection; whether that is a fault, the code tells.
      this.#socket.on('error', () => {});
      this.#socket.on('close', () => {
        clearInterval(this.#tick);
        resolve(this.#code);
      });
    });
  }

  /** Connects. `onText` is named here, because messages may come in one read with the handshake's answer. */
  static async open(place: Place, onText: (payload: Buffer) => void, path = '/'): Promise<Peer> {
    const peer = new Peer(place, path, onText);
    await new Promise<void>((resolve, reject) => {
      peer.#open = resolve;
      peer.ended.then(() => reject(new Error('The server refused the connection.')));
    });
    return peer;
  }

  /** Writes frames; calls back when the kernel has taken all of them. */
  write(frames: Buffer, left: () => void): void {
    this.#socket.write(frames, (error) => {
      if (!error) left();
    });
  }

  send(text: string): void {
    this.#socket.write(clientFrame(TEXT, Buffer.from(text)));
  }

  /** Sends a Close, behind all that was written; the first call counts. */
  close(code = 1000): void {
    if (this.#closing) return;
    this.#closing = true;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#socket.write(clientFrame(CLOSE, payload));
  }

  cut(): void {
    this.#socket.destroy();
  }

  stopReading(): void {
    this.readAtMost(0);
  }

  /** Reads as fast as it can, which it does from the start. */
  readOn(): void {
    clearInterval(this.#tick);
    this.#allowance = Number.POSITIVE_INFINITY;
    this.#socket.resume();
  }

  readAtMost(bytesPerSecond: number): void {
    clearInterval(this.#tick);
    this.#allowance = 0;
    this.#socket.pause();
    if (bytesPerSecond === 0) return;
    let last = performance.now();
    this.#tick = setInterval(() => {
      const now = performance.now();
      this.#allowance += ((now - last) / 1000) * bytesPerSecond;
      last = now;
      if (this.#allowance > 0) this.#socket.resume();
    }, RATE_TICK_MS);
  }

  #read(length: number, buffer: Uint8Array): boolean {
    const chunk = buffer.subarray(0, length) as Buffer;
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    const used = this.#open ? this.#readHandshake(bytes, this.#open) : this.#readFrames(bytes, 0);
    // The socket reads into the same buffer again, so what is kept is copied.
    this.#rest = used < bytes.length ? Buffer.from(bytes.subarray(used)) : undefined;
    this.#allowance -= length;
    if (this.#allowance <= 0) this.#socket.pause();
    return true;
  }

  #readHandshake(bytes: Buffer, open: () => void): number {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const status = bytes.toString('latin1', 0, bytes.indexOf('\r\n'));
    if (!status.startsWith('HTTP/1.1 101 ')) throw new Error(`The server refused: ${status}`);
    this.#open = undefined;
    open();
    return this.#readFrames(bytes, end + 4);
  }

  #readFrames(bytes: Buffer, start: number): number {
    for (;;) {
      const frame = serverFrame(bytes, start);
      if (!frame) return start;
      if (frame.opcode === TEXT) this.#onText(frame.payload);
      else if (frame.opcode === PING) this.#socket.write(clientFrame(PONG, frame.payload));
      else if (frame.opcode === CLOSE) this.#closed(frame.payload);
      start = frame.end;
    }
  }

  #closed(payload: Buffer): void {
    this.#code = payload.length < 2 ? 1005 : payload.readUInt16BE();
    this.close(this.#code === 1005 ? 1000 : this.#code);
  }
}
