import { Duplex } from 'node:stream';

/** What lies beneath a WebSocket, without a network: a test brings the chunks, and what is written is kept. */
export class MemorySocket extends Duplex {
  readonly #written: Buffer[] = [];
  bytesRead = 0;

  /** A chunk comes from the peer. Each is a Buffer of its own, as Node makes them. */
  brings(chunk: Uint8Array): void {
    if (this.destroyed || this.readableEnded) return;
    this.bytesRead += chunk.length;
    this.push(Buffer.from(new Uint8Array(chunk).buffer));
  }

  /** What has been written since the last call. */
  takeWritten(): Buffer {
    return Buffer.concat(this.#written.splice(0));
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // A copy: `ws` answers a Ping with a view into what was read.
    this.#written.push(Buffer.from(chunk));
    done();
  }
}
