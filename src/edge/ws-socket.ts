import type { Socket as NetSocket } from 'node:net';
import { WebSocket } from 'ws';
import type { Liveness, Socket, SocketListener } from '../channel/socket.ts';
import type { Close } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import { Batch } from './batch.ts';
import { bytesOf } from './bytes-of.ts';
import { fastPath } from './fast-path.ts';
import { headOf } from './frame.ts';
import type { FrameLimits } from './frame-reader.ts';
import { Intake } from './intake.ts';
import { atEndOfTurn, type Collector } from './turn.ts';

/** A turn's messages are written together, but not more at a time than the kernel mostly has room for. */
const batchBytes = 65_536;

/** Bytes are copied up to here, which costs less than a write by itself. */
const copiedBytes = 16_384;

/**
 * The WebSocket that the server makes for each connection. `ws` calls `close()` by itself when the peer's Close has
 * come, to answer it, and when the peer has broken the protocol: there is no event for the one, and for the other
 * the code is told nowhere else.
 */
export class ServerWebSocket extends WebSocket {
  /** Set by the socket below, as soon as the handshake is done. */
  port: WsSocket | undefined;

  override close(...frame: [code?: number, reason?: string | Buffer]): void {
    if (this.port?.closedByWs(frame) !== false) super.close(...frame);
  }

  /** For the port, without listeners: those would take time and memory for each connection. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'message') this.port?.receivedByWs(args[0] as Buffer, args[1] === true);
    else if (event === 'close') this.port?.gone();
    else if (event === 'error' && this.port !== undefined) return this.port.failed(args[0] as Error);
    return super.emit(event, ...args);
  }

  override pong(...pong: Parameters<WebSocket['pong']>): void {
    this.port?.flush();
    super.pong(...pong);
    this.port?.wroteByWs();
  }

  /** A Close of ours. */
  closeByPort({ code, reason }: Close): void {
    if (code === 1005) super.close();
    else super.close(code, reason);
  }
}

/**
 * The socket port over `ws`. It only translates; what happens when is decided in the channel.
 *
 * The messages of one turn of the event loop are framed and written together, past `ws`. Whatever `ws` writes itself, a
 * Ping, Pong or Close, has to come behind them: `flush` first.
 */
export class WsSocket implements Socket, Liveness, Collector {
  readonly #ws: ServerWebSocket;
  readonly #raw: NetSocket;
  #listener: SocketListener | undefined;
  /** No Close is on its way and, where the frames are read here, the peer has not ended its side. */
  #isOpen = true;
  /** Something is unsent beneath, and it will be told when it has left. */
  #waking = false;
  /** `ws` then holds messages while zlib works on them in other threads; only its callbacks tell when they leave. */
  readonly #compresses: boolean;
  /** The end of this turn will be told. */
  #awaitsTurn = false;
  /** The messages of this turn that have not been written. */
  #batch: Batch | undefined;
  #closedForViolation: number | undefined;
  readonly #limits: FrameLimits | undefined;
  #intake: Intake | undefined;

  /** @param limits Those that `ws` was given. Without them it reads all frames itself. */
  constructor(ws: ServerWebSocket, raw: NetSocket, limits?: FrameLimits) {
    this.#ws = ws;
    this.#raw = raw;
    this.#compresses = ws.extensions !== '';
    this.#limits = limits;
    ws.port = this;
  }

  get subprotocol(): string {
    return this.#ws.protocol;
  }

  get bufferedBytes(): number {
    // A field of our own says mostly that nothing is. `ws` would have to look at three objects more, which in a room of
    // 1,000 are not in the processor's cache: 6 % of its time.
    const isAllWritten = this.#isOpen && !this.#waking && this.#intake !== undefined;
    return (isAllWritten ? 0 : this.#ws.bufferedAmount) + (this.#batch?.bytes ?? 0);
  }

  get unwrittenBytes(): number {
    // Node reads the same field to tell a slow write from a dead one in its own socket timeout.
    // With TLS the connection beneath is the one that writes.
    const { _handle: handle } = this.#raw as { _handle?: WriteQueue & { readonly _parent?: WriteQueue } };
    return (handle?._parent ?? handle)?.writeQueueSize ?? 0;
  }

  get liveness(): Liveness {
    return this;
  }

  get receivedBytes(): number {
    return this.#raw.bytesRead;
  }

  open(listener: SocketListener): void {
    this.#listener = listener;
    if (fastPath && !this.#compresses && this.#limits) this.#intake = Intake.of(this, this.#raw, this.#limits);
  }

  send(payload: Payload): void {
    if (!this.#isOpen) return;
    if (fastPath && !this.#compresses) this.#collect(payload);
    else this.#sendByWs(payload);
    if (!this.#awaitsTurn) atEndOfTurn(this);
    this.#awaitsTurn = true;
  }

  flush(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    this.#batch = undefined;
    if (!this.#raw.writable) return;
    this.#raw.write(batch.encode());
    if (this.#raw.writableLength > 0) this.#wakeUp();
  }

  turnEnded(): void {
    this.#awaitsTurn = false;
    this.flush();
    if (this.bufferedBytes === 0) this.#listener?.drained();
    else this.#listener?.behind();
  }

  close(close: Close): void {
    this.flush();
    this.#isOpen = false;
    if (this.#raw.writable) this.#ws.closeByPort(close);
  }

  terminate(): void {
    this.flush();
    this.#isOpen = false;
    this.#ws.terminate();
  }

  demand(on: boolean): void {
    this.#intake?.paused(!on);
    if (on) this.#ws.resume();
    else this.#ws.pause();
  }

  ping(left: () => void): void {
    if (!this.#isOpen || this.#ws.readyState !== WebSocket.OPEN) return;
    this.flush();
    this.#ws.ping(undefined, undefined, (error?: Error) => {
      if (!error) left();
    });
    this.wroteByWs();
  }

  /**
   * `ws` closes by itself: with one argument for a violation, whose `error` event follows; else it answers a Close.
   * Answers whether there is a way out for the frame: the peer may have ended its side before `ws` found the violation.
   */
  closedByWs(frame: readonly [code?: number, reason?: string | Buffer]): boolean {
    this.#intake?.stop();
    const [code = 1005, reason = ''] = frame;
    this.flush();
    this.#isOpen = false;
    if (frame.length === 1) this.#closedForViolation = code;
    else this.#listener?.closing({ code, reason: reason.toString() });
    return this.#raw.writable;
  }

  /** A message, a Ping or a Pong: what waits until nothing is unsent waits for that as well. */
  wroteByWs(): void {
    if (this.#raw.writableLength > 0) this.#wakeUp();
  }

  received(payload: Payload): void {
    this.#listener?.payload(payload);
  }

  /** With the binary type `nodebuffer`, which is the default, each message is one Buffer. */
  receivedByWs(message: Buffer, isBinary: boolean): void {
    this.#listener?.payload(isBinary ? bytesOf(message) : message.toString());
  }

  /** Answers that the error is seen to. */
  failed(error: Error): true {
    const code = this.#closedForViolation;
    this.#closedForViolation = undefined;
    if (code !== undefined) this.#listener?.violated({ code, reason: '' }, error);
    return true;
  }

  /** The peer has ended its side, but may read on: what this turn has for it still leaves. */
  ended(): void {
    this.flush();
    this.#isOpen = false;
    this.#raw.end();
  }

  gone(): void {
    this.#isOpen = false;
    this.#listener?.gone();
  }

  /** Only the callback of a message that is compressed tells when zlib is done with it. */
  #sendByWs(payload: Payload): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (this.#compresses) {
      this.#ws.send(payload, () => this.#listener?.drained());
    } else {
      this.#ws.send(payload);
      this.wroteByWs();
    }
  }

  #collect(payload: Payload): void {
    if (typeof payload !== 'string' && payload.byteLength > copiedBytes) {
      this.#writeAlone(payload);
      return;
    }
    this.#batch = Batch.with(this.#batch, payload);
    if (this.#batch.bytes >= batchBytes) this.flush();
  }

  /** Large bytes are written from where they are: a copy for each of many slow peers would take their memory. */
  #writeAlone(payload: Uint8Array): void {
    this.flush();
    if (!this.#raw.writable) return;
    this.#raw.cork();
    this.#raw.write(headOf(payload));
    this.#raw.write(payload);
    this.#raw.uncork();
    if (this.#raw.writableLength > 0) this.#wakeUp();
  }

  /**
   * Reports when what is unsent now has left. Mostly the kernel takes a message at once and nobody waits; a callback
   * for each message would cost 3 % of an echo. An empty write calls back behind all that was written before it.
   */
  #wakeUp(): void {
    if (this.#waking || !this.#isOpen || !this.#raw.writable) return;
    this.#waking = true;
    this.#raw.write(nothing, () => {
      this.#waking = false;
      // Before the others hear of it, so that they see what is still unsent.
      if (this.#raw.writableLength > 0) this.#wakeUp();
      this.#listener?.drained();
    });
  }
}

/** What Node knows of the write in progress. */
interface WriteQueue {
  readonly writeQueueSize?: number;
}

const nothing = Buffer.alloc(0);
