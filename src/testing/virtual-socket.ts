import type { Liveness, Socket, SocketListener } from '../channel/socket.ts';
import type { Close } from '../protocol/close.ts';
import { byteLength, type Payload } from '../protocol/payload.ts';

/** What leaves the process. */
export type Sent =
  | { readonly kind: 'payload'; readonly payload: Payload }
  | { readonly kind: 'close'; readonly close: Close }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'terminate' };

/** The bytes of a frame that a server sends: RFC 6455 section 5.2. */
const framed = (bytes: number): number => bytes + (bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10);

/** How a virtual socket was made. */
export interface VirtualSocketOptions {
  /** Whether the peer answers Pings. @default true */
  readonly answersPings?: boolean;
  /** The connection breaks before anybody has opened the socket. */
  readonly abandoned?: () => void;
}

interface Leaving {
  readonly sent: Sent;
  readonly bytes: number;
  readonly left: () => void;
}

/**
 * A socket in memory with a peer that does what it is told. There is no network: what is sent leaves at once while the
 * peer reads, and stays in `bufferedBytes` while it does not.
 *
 * The peer answers our Close at once, if it reads, and ends the connection after each Close.
 */
export class VirtualSocket implements Socket, Liveness {
  subprotocol = '';
  readonly liveness: Liveness = this;
  receivedBytes = 0;
  bufferedBytes = 0;
  readonly #seen: (sent: Sent) => void;
  readonly #answersPings: boolean;
  readonly #abandoned: () => void;
  #listener: SocketListener | undefined;
  #state: 'open' | 'closing' | 'gone' = 'open';
  #leaving: Leaving[] = [];
  /** How many payloads the peer is going to read. */
  #reads = Number.POSITIVE_INFINITY;
  #paused = false;
  #maxPayload = Number.POSITIVE_INFINITY;
  /** The peer's Close has come before ours has left. */
  #endsWithClose = false;
  #closeLeft = false;
  /** What has come while it was not read. */
  #arrived: Array<() => void> = [];

  /** @param seen Is told what leaves the process, as it leaves. */
  constructor(seen: (sent: Sent) => void, { answersPings = true, abandoned = () => {} }: VirtualSocketOptions = {}) {
    this.#seen = seen;
    this.#answersPings = answersPings;
    this.#abandoned = abandoned;
  }

  /** What the handshake came to. */
  agreed({ subprotocol = '', maxPayload }: { readonly subprotocol?: string; readonly maxPayload: number }): void {
    this.subprotocol = subprotocol;
    this.#maxPayload = maxPayload;
  }

  // --- what the channel does ---

  open(listener: SocketListener): void {
    this.#listener = listener;
    queueMicrotask(() => this.#read());
  }

  send(payload: Payload): void {
    if (this.#state !== 'open') return;
    this.#leave({ kind: 'payload', payload }, framed(byteLength(payload)), () => this.#listener?.drained());
  }

  close(close: Close): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#leave({ kind: 'close', close }, closeBytes(close), () => {
      this.#closeLeft = true;
      if (this.#endsWithClose) this.#end();
      else this.#arrive(() => this.#closed(close));
    });
  }

  terminate(): void {
    if (this.#state === 'gone' || this.#listener === undefined) return;
    this.#seen({ kind: 'terminate' });
    queueMicrotask(() => this.#end());
  }

  demand(on: boolean): void {
    this.#paused = !on;
    if (on) queueMicrotask(() => this.#read());
  }

  ping(left: () => void): void {
    if (this.#state !== 'open') return;
    this.#leave({ kind: 'ping' }, framed(0), () => {
      left();
      if (this.#answersPings) this.pong();
    });
  }

  // --- what the peer does ---

  delivers(payload: Payload): void {
    this.#arrive(() => {
      if (this.#state !== 'open') return;
      if (byteLength(payload) > this.#maxPayload) this.#violates(1009, 'Max payload size exceeded');
      else this.#listener?.payload(payload);
    });
  }

  pong(): void {
    this.#arrive(() => {});
  }

  /** The peer's Ping: the socket answers it by itself. */
  pings(): void {
    this.#arrive(() => {
      if (this.#state === 'open') this.#leave({ kind: 'pong' }, framed(0), () => {});
    });
  }

  /**
   * The peer's Close. The socket answers it by itself, unless ours is on its way, and the connection ends when both have
   * gone over it.
   */
  closes(close: Close): void {
    this.#arrive(() => {
      if (this.#state === 'closing') {
        this.#closed(close);
        return;
      }
      this.#state = 'closing';
      this.#listener?.closing(close);
      this.#leave({ kind: 'close', close }, closeBytes(close), () => this.#end());
    });
  }

  /** The connection breaks. During the handshake nobody reads, so behind something else that is not seen. */
  vanishes(): void {
    if (this.#listener === undefined && this.#arrived.length === 0) this.#abandoned();
    this.#arrive(() => this.#end());
  }

  /** Reads so many payloads from now on. */
  reads(payloads: number): void {
    this.#reads = payloads;
    while (this.#leaving.length > 0 && this.#reads > 0 && this.#state !== 'gone') {
      const leaving = this.#leaving.shift() as Leaving;
      this.bufferedBytes -= leaving.bytes;
      this.#depart(leaving);
    }
  }

  // --- the connection ---

  #leave(sent: Sent, bytes: number, left: () => void): void {
    const leaving = { sent, bytes, left };
    if (this.#reads > 0 && this.#leaving.length === 0) {
      this.#depart(leaving);
    } else {
      this.#leaving.push(leaving);
      this.bufferedBytes += bytes;
    }
  }

  #depart({ sent, left }: Leaving): void {
    if (sent.kind === 'payload') this.#reads--;
    this.#seen(sent);
    queueMicrotask(() => {
      if (this.#state !== 'gone') left();
    });
  }

  /** The socket closes by itself, and reads nothing more: not the answer either. */
  #violates(code: number, message: string): void {
    this.#state = 'closing';
    const close = { code, reason: '' };
    this.#leave({ kind: 'close', close }, closeBytes(close), () => this.#end());
    this.#listener?.violated(close, new RangeError(message));
  }

  #closed(close: Close): void {
    this.#listener?.closing(close);
    if (this.#closeLeft) this.#end();
    else this.#endsWithClose = true;
  }

  #arrive(arrival: () => void): void {
    if (this.#state === 'gone') return;
    this.#arrived.push(arrival);
    if (this.#listener !== undefined && this.#arrived.length === 1) this.#read();
  }

  /** One arrival is dealt with before the next, also if the next one comes meanwhile. */
  #read(): void {
    while (!this.#paused && this.#arrived.length > 0 && this.#state !== 'gone') {
      const [arrival] = this.#arrived;
      this.receivedBytes += framed(0);
      arrival?.();
      this.#arrived.shift();
    }
  }

  #end(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#leaving = [];
    this.bufferedBytes = 0;
    this.#listener?.gone();
  }
}

/** One without a code has no reason either. */
const closeBytes = ({ code, reason }: Close): number => framed(code === 1005 ? 0 : 2 + byteLength(reason));
