import type { Socket as NetSocket } from 'node:net';

interface Pending {
  readonly chunk: Buffer;
  readonly done: (error?: Error | null) => void;
}

/**
 * The receive window of a peer, as TCP has it, but without the megabytes that a kernel puts between two processes: while
 * the peer does not read, a write of the server does not complete. All above that write is real, so what waits in the
 * stream and in `ws` is counted as it is on a server.
 */
export class ReceiveWindow {
  /** Bytes that have gone to the peer. */
  passedBytes = 0;
  readonly #write: (pending: Pending) => void;
  #pending: Pending | undefined;
  #isFraming = false;
  /** Of the frame that is on its way. */
  #bytesLeft = 0;
  #reads = Number.POSITIVE_INFINITY;

  /** @param socket The server's, before anything is written. */
  constructor(socket: NetSocket) {
    const write = socket._write.bind(socket);
    this.#write = ({ chunk, done }) => write(chunk, 'buffer' as never, done);
    Object.assign(socket, {
      // Without it chunks come one by one.
      _writev: undefined,
      _write: (chunk: Buffer | string, encoding: BufferEncoding, done: Pending['done']): void => {
        this.#pending = { chunk: typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk, done };
        this.#pass();
      },
    });
  }

  /** The handshake is done: what is written from now on are frames. */
  upgraded(): void {
    this.#isFraming = true;
  }

  /** Whether the peer has left something unread. */
  get isHolding(): boolean {
    return this.#pending !== undefined;
  }

  /** Reads so many messages from now on. */
  reads(payloads: number): void {
    this.#reads = payloads;
    this.#pass();
  }

  #pass(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const { chunk, done } = pending;
    const admitted = this.#admitted(chunk);
    if (admitted === 0 && chunk.length > 0) return;
    this.passedBytes += admitted;
    if (admitted === chunk.length) {
      this.#pending = undefined;
      this.#write(pending);
      return;
    }
    // The write completes when the peer has taken the rest.
    this.#pending = { chunk: chunk.subarray(admitted), done };
    this.#write({ chunk: chunk.subarray(0, admitted), done: (error) => error && done(error) });
  }

  /** How many of these bytes the peer takes: whole messages. A frame begins in one chunk, or with a chunk of its own. */
  #admitted(chunk: Buffer): number {
    if (!this.#isFraming) return chunk.length;
    let at = 0;
    while (at < chunk.length) {
      if (this.#bytesLeft === 0) {
        if (this.#reads <= 0) break;
        const { isMessage, length } = frameOf(chunk.subarray(at));
        if (isMessage) this.#reads -= 1;
        this.#bytesLeft = length;
      }
      const taken = Math.min(this.#bytesLeft, chunk.length - at);
      this.#bytesLeft -= taken;
      at += taken;
    }
    return at;
  }
}

/** RFC 6455 section 5.2, for a frame of a server: it has no mask. */
function frameOf(head: Buffer): { readonly isMessage: boolean; readonly length: number } {
  const opcode = head.readUInt8(0) & 0x0f;
  const short = head.readUInt8(1) & 0x7f;
  const length =
    short === 126 ? 4 + head.readUInt16BE(2) : short === 127 ? 10 + Number(head.readBigUInt64BE(2)) : 2 + short;
  return { isMessage: opcode < 8, length };
}
