import type { Socket as NetSocket } from 'node:net';
import { ReceiveWindow } from './receive-window.ts';

/** The server's end of a connection. */
export class ServerEnd {
  /** Where the peer may stop reading. */
  readonly window: ReceiveWindow | undefined;
  readonly #socket: NetSocket;

  /** @param isNarrow Whether the network is to hold nothing while the peer does not read. */
  constructor(socket: NetSocket, isNarrow: boolean) {
    this.#socket = socket;
    this.window = isNarrow ? new ReceiveWindow(socket) : undefined;
  }

  /** Whether all that one end has written has come to the other, and so has its end. */
  isQuiet(peer: NetSocket): boolean {
    return this.#isQuietDown(peer) && this.#isQuietUp(peer);
  }

  cut(): void {
    this.#socket.destroy();
  }

  #isQuietDown(peer: NetSocket): boolean {
    if (peer.closed) return true;
    const isEnded = this.#socket.closed || this.#socket.writableFinished;
    return peer.bytesRead === (this.window?.passedBytes ?? this.#socket.bytesWritten) && !isEnded;
  }

  #isQuietUp(peer: NetSocket): boolean {
    // What is paused does not see what comes, nor that it was the last.
    if (this.#socket.closed || this.#socket.isPaused()) return true;
    if (this.#socket.bytesRead !== peer.bytesWritten) return false;
    // During the handshake nobody reads, so behind something else the end is not seen.
    return !peer.destroyed || this.#socket.readableLength > 0;
  }
}
