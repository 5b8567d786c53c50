import { connect, type Socket } from 'node:net';
import { clientFrame, PING, PONG, serverFrame, TEXT } from './frames.ts';
import { handshake } from './handshake.ts';

/**
 * A WebSocket client of the least cost: a raw socket, a handshake and frames by hand, so that the clients take less of
 * the machine than the server they measure. It answers Pings; a lost connection is an error.
 */
export class Client {
  onText: (payload: Buffer) => void = (payload) => this.#fail(new Error(`Unasked message: ${payload}`));
  onError: (error: Error) => void = () => {};
  readonly #socket: Socket;
  #open = false;
  #rest: Buffer | undefined;

  private constructor(port: number) {
    const onread = { buffer: Buffer.allocUnsafe(512), callback: this.#read.bind(this) };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
    this.#socket.write(handshake(port));
  }

  /** Resolves when the server has agreed. */
  static async open(port: number): Promise<Client> {
    const client = new Client(port);
    await new Promise<void>((resolve, reject) => {
      client.onError = reject;
      client.#onOpen = resolve;
    });
    return client;
  }

  send(payload: Buffer): void {
    this.#socket.write(clientFrame(TEXT, payload));
  }

  /** Cuts the connection; resolves when it is gone. */
  close(): Promise<void> {
    this.onError = () => {};
    return new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.destroy();
    });
  }

  #onOpen = (): void => {};

  #fail(error: Error): void {
    this.#socket.destroy();
    this.onError(error);
  }

  #read(length: number, buffer: Uint8Array): boolean {
    const chunk = buffer.subarray(0, length) as Buffer;
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    const used = this.#open ? this.#readFrames(bytes, 0) : this.#readHandshake(bytes);
    // The socket reads into the same buffer again, so what is kept is copied.
    this.#rest = used < bytes.length ? Buffer.from(bytes.subarray(used)) : undefined;
    return true;
  }

  #readHandshake(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const status = bytes.toString('latin1', 0, bytes.indexOf('\r\n'));
    if (!status.startsWith('HTTP/1.1 101 ')) this.#fail(new Error(`The server refused: ${status}`));
    this.#open = true;
    this.#onOpen();
    return this.#readFrames(bytes, end + 4);
  }

  #readFrames(bytes: Buffer, start: number): number {
    for (;;) {
      const frame = serverFrame(bytes, start);
      if (!frame) return start;
      if (frame.opcode === TEXT) this.onText(frame.payload);
      else if (frame.opcode === PING) this.#socket.write(clientFrame(PONG, frame.payload));
      else this.#fail(new Error(`The server sent a frame with opcode ${frame.opcode}.`));
      start = frame.end;
    }
  }
}
