import { connect, type Socket } from 'node:net';
import { clientFrame, PONG, serverFrame, TEXT } from '../support/frames.ts';
import { handshake } from '../support/handshake.ts';
import type { Dialect } from './dialect.ts';
import type { Expected } from './expected.ts';

/**
 * What all connections read into, one after the other: what is read is dealt with before the next read. It is large,
 * because a reader of an endless stream must not be what it waits for.
 */
const CHUNK = Buffer.allocUnsafe(262_144);

/**
 * A WebSocket client that costs less than any server it measures: a raw socket that writes frames made beforehand, and
 * compares what it reads, byte by byte and without parsing it, with the frames that are due.
 */
export class Connection {
  /** Called with how many more messages have come as they were due. */
  onMessages: (count: number) => void = () => {};
  onError: (error: Error) => void = () => {};
  /** What must come; nothing, while it is not known. */
  expected: Expected | undefined;
  readonly #socket: Socket;
  #onHead: ((head: Buffer) => void) | undefined;
  #rest: Buffer | undefined;

  private constructor(port: number, path: string) {
    const onread = { buffer: CHUNK, callback: this.#read.bind(this) };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
    this.#socket.write(handshake(port, path));
  }

  /** Resolves when the server has agreed and is ready. What it sends at once must be expected from the start. */
  static open(port: number, dialect: Dialect, expected?: Expected): Promise<Connection> {
    const connection = new Connection(port, dialect.path);
    connection.expected = expected;
    return new Promise((resolve, reject) => {
      connection.onError = reject;
      connection.#onHead = (bytes) => connection.#agree(bytes, dialect, () => resolve(connection));
    });
  }

  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Cuts the connection; resolves when it is gone. */
  close(): Promise<void> {
    this.onError = () => {};
    return new Promise((resolve) => {
      if (this.#socket.closed) resolve();
      this.#socket.once('close', () => resolve());
      this.#socket.destroy();
    });
  }

  #agree(bytes: Buffer, dialect: Dialect, ready: () => void): void {
    const end = bytes.indexOf('\r\n\r\n') + 4;
    if (end < 4) {
      this.#keep(bytes);
    } else if (!bytes.toString('latin1').startsWith('HTTP/1.1 101 ')) {
      this.#fail(new Error(`The server refused: ${bytes}`));
    } else {
      this.#onHead = (more) => this.#greet(more, dialect, ready);
      this.#onHead(bytes.subarray(end));
    }
  }

  #greet(bytes: Buffer, { greeting }: Dialect, ready: () => void): void {
    let rest = bytes;
    for (let done = greeting === undefined; !done; ) {
      const frame = serverFrame(rest, 0);
      if (frame === undefined) {
        this.#keep(rest);
        return;
      }
      const said = greeting?.(frame.payload.toString());
      if (said?.answer !== undefined) this.write(clientFrame(TEXT, Buffer.from(said.answer)));
      done = said?.done ?? true;
      rest = rest.subarray(frame.end);
    }
    this.#onHead = undefined;
    ready();
    if (rest.length > 0) this.#take(rest);
  }

  /** The chunk is read into again, so what is kept is copied. */
  #keep(bytes: Buffer): void {
    this.#rest = Buffer.from(bytes);
  }

  #read(length: number): boolean {
    const chunk = CHUNK.subarray(0, length);
    if (this.#onHead === undefined) {
      this.#take(chunk);
      return true;
    }
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    this.#onHead(bytes);
    return true;
  }

  #take(chunk: Buffer): void {
    try {
      if (this.expected === undefined) throw new Error(`Nothing was due, and this came: ${chunk.subarray(0, 80)}`);
      const count = this.expected.take(chunk, (ping) => this.write(clientFrame(PONG, ping)));
      if (count > 0) this.onMessages(count);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    this.#socket.destroy();
    this.onError(error);
  }
}
