import type { Socket as NetSocket } from 'node:net';
import type { Payload } from '../protocol/payload.ts';
import { type FrameHost, type FrameLimits, FrameReader } from './frame-reader.ts';

const intakeOf: unique symbol = Symbol('intake');

type Read = NetSocket & { [intakeOf]?: Intake };

/** What an intake needs of its socket. */
export interface IntakeHost {
  received(payload: Payload): void;
  /** The peer has ended its side. */
  ended(): void;
}

/** Stands between a connection and `ws`: it reads the frames and gives `ws` what is its business. */
export class Intake implements FrameHost {
  readonly #host: IntakeHost;
  readonly #raw: NetSocket;
  readonly #limits: FrameLimits;
  /** How `ws` takes chunks of this connection. */
  readonly #ws: (this: NetSocket, chunk: Buffer) => void;
  /** Made with the first chunk: an idle connection has none. */
  #reader: FrameReader | undefined;

  /**
   * Makes an intake where that is safe: nothing has been read yet, and `ws` alone listens, so that its listener can be
   * told for sure. Otherwise all stays as it is.
   */
  static of(host: IntakeHost, raw: NetSocket, limits: FrameLimits): Intake | undefined {
    const [ws, ...others] = raw.listeners('data') as Array<(chunk: Buffer) => void>;
    // The last is that of ws, which has just begun to listen.
    const end = raw.listeners('end').at(-1) as (() => void) | undefined;
    if (ws === undefined || others.length > 0 || end === undefined || raw.readableDidRead) return undefined;
    const intake = new Intake(host, raw, ws, limits);
    (raw as Read)[intakeOf] = intake;
    raw.off('data', ws).on('data', onData);
    // In the place of ws's, which ends our side as well: a third listener would cost each connection 176 bytes, and ws
    // would end its Receiver twice, of which Node makes an error each time.
    raw.off('end', end).on('end', onEnd);
    return intake;
  }

  private constructor(host: IntakeHost, raw: NetSocket, ws: (chunk: Buffer) => void, limits: FrameLimits) {
    this.#host = host;
    this.#raw = raw;
    this.#ws = ws;
    this.#limits = limits;
  }

  /** `ws` has stopped to listen, and so do we: Node discards what comes from here on. */
  stop(): void {
    this.#raw.off('data', onData).off('close', onClose);
  }

  /** A paused connection leaves behind what it has not read when it closes. `ws` would read that. */
  paused(on: boolean): void {
    this.#raw.off('close', onClose);
    if (on) this.#raw.prependListener('close', onClose);
  }

  received(payload: Payload): void {
    this.#host.received(payload);
  }

  pass(chunk: Buffer): void {
    this.#ws.call(this.#raw, chunk);
  }

  ended(): void {
    this.#host.ended();
  }

  read(chunk: Buffer): void {
    try {
      this.#reader ??= new FrameReader(this, this.#limits);
      this.#reader.read(chunk);
    } catch (error) {
      // Nothing that peers or handlers do throws up to here. Whatever it is, only this connection may lose by it.
      this.stop();
      this.#raw.destroy();
      process.nextTick(rethrow, error);
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}

// One function for all connections each, instead of closures.

function onData(this: Read, chunk: Buffer): void {
  this[intakeOf]?.read(chunk);
}

function onEnd(this: Read): void {
  this[intakeOf]?.ended();
}

function onClose(this: Read): void {
  if (this.readableLength > 0) this[intakeOf]?.read(this.read(this.readableLength));
}
