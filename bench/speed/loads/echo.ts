import { Connection } from '../connection.ts';
import { expectedOf, Outgoing, textsOf } from '../cycle.ts';
import type { Dialect } from '../dialect.ts';
import { type Load, type OpenLoad, untilQuiet } from './load.ts';

export interface EchoShape {
  readonly connections: number;
  readonly bytes: number;
  /** On each connection. */
  readonly inFlight: number;
  readonly latencies?: boolean;
}

/**
 * Keeps messages in flight on each of many connections. When half of them are back, as many more are written at once:
 * a client that wrote each by itself would need a system call for each, as many as the server.
 */
class EchoLoad implements Load {
  readonly #shape: EchoShape;
  readonly #connections: Connection[] = [];
  readonly #starts: (() => void)[] = [];
  #running = false;
  #inFlight = 0;
  #echoed = 0;
  #latencies: number[] = [];
  #failure: Error | undefined;

  constructor(shape: EchoShape) {
    this.#shape = shape;
  }

  add(connection: Connection, dialect: Dialect): void {
    const { bytes, inFlight } = this.#shape;
    const least = Math.ceil(inFlight / 2);
    const number = this.#connections.push(connection) - 1;
    const texts = textsOf(`connection ${number} message`, 2 * inFlight + 1, bytes);
    const outgoing = new Outgoing(texts, dialect, inFlight);
    let back = inFlight;
    let sentAt = 0;
    const send = (): void => {
      this.#inFlight += back;
      sentAt = performance.now();
      connection.write(outgoing.next(back));
      back = 0;
    };
    connection.expected = expectedOf(texts, dialect);
    connection.onMessages = (count) => {
      back += count;
      this.#inFlight -= count;
      this.#echoed += count;
      if (back > inFlight) this.#fail(new Error(`Connection ${number} got ${back} messages for ${inFlight}.`));
      if (this.#shape.latencies) this.#latencies.push(performance.now() - sentAt);
      if (this.#running && back >= least) send();
    };
    connection.onError = (error) => this.#fail(error);
    this.#starts.push(send);
  }

  start(): void {
    this.#running = true;
    for (const start of this.#starts) start();
  }

  async pause(): Promise<void> {
    this.#running = false;
    await untilQuiet(
      () => this.#inFlight === 0 || this.#failure !== undefined,
      () => `${this.#inFlight} messages had not come back`,
    );
    if (this.#failure) throw this.#failure;
  }

  count(): number {
    return this.#echoed;
  }

  takeLatencies(): number[] {
    const latencies = this.#latencies;
    this.#latencies = [];
    return latencies;
  }

  async close(): Promise<void> {
    if (this.#failure) throw this.#failure;
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }
}

export function echoing(shape: EchoShape): OpenLoad {
  return async ({ port }, dialect) => {
    const load = new EchoLoad(shape);
    for (let i = 0; i < shape.connections; i++) load.add(await Connection.open(port, dialect), dialect);
    return load;
  };
}
