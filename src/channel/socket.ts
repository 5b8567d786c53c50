import type { Close } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';

/**
 * The transport beneath a channel, as small as it can be: payloads in, payloads out, a Close each way, one end.
 * `ws` implements it at the edge, a fake in tests. Callbacks, not Observables, so that a payload costs no allocation.
 */
export interface Socket {
  /** The subprotocol that was agreed on; `''` for none. */
  readonly subprotocol: string;
  /** Bytes that were sent and that the operating system has not taken yet. */
  readonly bufferedBytes: number;
  /**
   * Hands all that was sent to the operating system now. A socket may otherwise wait for the end of this turn of the
   * event loop, to write many payloads at once. `SocketListener.drained` is not called from inside it.
   */
  flush?(): void;
  /**
   * Bytes of the write in progress that the operating system has not taken yet. It falls while a large payload
   * leaves, when `bufferedBytes` still counts the whole of it. A socket that cannot tell leaves it out.
   */
  readonly unwrittenBytes?: number;
  /** Names the listener and begins to read. Called once; nothing is reported before or during the call. */
  open(listener: SocketListener): void;
  /** Sends a payload. Does nothing once a Close has gone out or the socket is gone. */
  send(payload: Payload): void;
  /** Sends a Close (code 1005: one without a code) behind all that was sent. Only the first call counts. */
  close(close: Close): void;
  /** Cuts the connection at once, without a Close. `SocketListener.gone` follows. */
  terminate(): void;
  /** Switches reading off and on. A socket without this ability is always read. */
  demand?(on: boolean): void;
  /** A socket without this ability has no heartbeat. */
  readonly liveness?: Liveness;
}

/** How a heartbeat asks a peer for a sign of life. */
export interface Liveness {
  /** Sends a Ping and calls back when it has left. */
  ping(left: () => void): void;
  /** Bytes received so far, of any kind: each one is a sign of life. */
  readonly receivedBytes: number;
}

/** What a socket reports. Calls come one at a time, and never from inside a call to the socket but `open`'s owner. */
export interface SocketListener {
  payload(payload: Payload): void;
  /** Some of what was sent has left. */
  drained(): void;
  /** What was sent in this turn has not left at once. Only a socket with `flush` reports it. */
  behind(): void;
  /** The peer's Close has come, as a request or as an answer. No payload follows. An answer to it is on its way. */
  closing(close: Close): void;
  /** The peer broke the protocol. A Close with this code is on its way, and no payload follows. */
  violated(close: Close, cause: unknown): void;
  /** The connection is gone. Called exactly once, last. */
  gone(): void;
}
