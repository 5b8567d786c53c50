import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { acceptOf, handshake } from '../../support/handshake.ts';
import { type Load, type OpenLoad, untilQuiet } from './load.ts';

const AT_ONCE = 32;
/** For so long the server may still be dealing with the ends of the last connections. */
const ENDS_MS = 50;
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = `Sec-WebSocket-Accept: ${acceptOf(KEY)}`;

/** Opens a connection and, as soon as the server has agreed, closes it, so many at once. */
class HandshakeLoad implements Load {
  readonly #port: number;
  #running = false;
  #open = 0;
  #agreed = 0;
  #failure: Error | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  start(): void {
    this.#running = true;
    for (let i = 0; i < AT_ONCE; i++) this.#shake();
  }

  async pause(): Promise<void> {
    this.#running = false;
    await untilQuiet(
      () => this.#open === 0,
      () => `${this.#open} handshakes had not ended`,
    );
    await sleep(ENDS_MS);
    if (this.#failure) throw this.#failure;
  }

  count(): number {
    return this.#agreed;
  }

  async close(): Promise<void> {}

  #shake(): void {
    this.#open++;
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    socket.write(handshake(this.#port, '/', KEY));
    socket.once('data', (head) => {
      const answer = head.toString('latin1');
      if (!answer.startsWith('HTTP/1.1 101 ') || !answer.includes(ACCEPT)) this.#fail(new Error(`Refused: ${answer}`));
      this.#agreed++;
      socket.destroy();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => {
      this.#open--;
      if (this.#running && !this.#failure) this.#shake();
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }
}

export const handshakes: OpenLoad = async ({ port }) => new HandshakeLoad(port);
