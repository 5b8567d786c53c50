import type { Socket as NetSocket } from 'node:net';
import type { Payload } from '../protocol/payload.ts';
import { type FrameHost, type FrameLimits, FrameReader } from './frame-reader.ts';

const intakeOf: unique symbol = Symbol('intake');

type Read = NetSocket & { [intakeOf]?: Intake };

/** What an intake needs of its socket. */
export interface IntakeHost {
  received(payload: Payload): void;
  /** Writes all that was sent. */
  flush(): void;
}

/** Stands between a connection and `ws`: it reads the frames and gives `ws` what is its business. */
export class Intake implements FrameHost {
  readonly #host: IntakeHost;
  readonly #raw: NetSocket;
  /** How `ws` takes chunks of this connection. */
  readonly #ws: (this: NetSocket, chunk: Buffer) => void;
  readonly #reader: FrameReader;

  /**
   * Makes an intake where that is safe: nothing has been read yet, and `ws` alone listens, so that its listener can be
   * told for sure. Otherwise all stays as it is.
   */
  static of(host: IntakeHost, raw: NetSocket, limits: FrameLimits): Intake | undefined {
    const [ws, ...others] = raw.listeners('data') as Array<(chunk: Buffer) => void>;
    if (ws === undefined || others.length > 0 || raw.readableDidRead) return undefined;
    const intake = new Intake(host, raw, ws, limits);
    (raw as Read)[intakeOf] = intake;
    raw.off('data', ws).on('data', onData);
    // Before ws does, which reads what a paused connection has left behind.
    raw.prependListener('close', onClose);
    // Before ws does, which then ends our side as well.
    raw.prependListener('end', onEnd);
    return intake;
  }

  private constructor(host: IntakeHost, raw: NetSocket, ws: (chunk: Buffer) => void, limits: FrameLimits) {
    this.#host = host;
    this.#raw = raw;
    this.#ws = ws;
    this.#reader = new FrameReader(this, limits);
  }

  /** `ws` has stopped to listen, and so do we: Node discards what comes from here on. */
  stop(): void {
    this.#raw.off('data', onData).off('close', onClose).off('end', onEnd);
  }

  received(payload: Payload): void {
    this.#host.received(payload);
  }

  pass(chunk: Buffer): void {
    this.#ws.call(this.#raw, chunk);
  }

  /** The peer has ended its side, but may read on: what this turn has for it still leaves. */
  ended(): void {
    this.#host.flush();
  }

  read(chunk: Buffer): void {
    try {
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
