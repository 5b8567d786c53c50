import { Connection } from '../connection.ts';
import { expectedOf, Outgoing, textsOf } from '../cycle.ts';
import type { Dialect } from '../dialect.ts';
import { type Load, type OpenLoad, untilQuiet } from './load.ts';

export interface RoomShape {
  readonly members: number;
  readonly bytes: number;
  /** Messages that not yet all members have got. */
  readonly inFlight: number;
}

const AT_ONCE = 50;

/** One member of a room speaks, and every member, itself included, must hear every message, in order. */
class RoomLoad implements Load {
  readonly #shape: RoomShape;
  readonly #connections: readonly Connection[];
  readonly #outgoing: Outgoing;
  /** How many members have heard each of the messages in flight, and maybe the next. */
  readonly #heard: Uint32Array;
  #running = false;
  #sent = 0;
  #done = 0;
  #failure: Error | undefined;

  constructor(connections: readonly Connection[], dialect: Dialect, shape: RoomShape) {
    const texts = textsOf('message', 4 * shape.inFlight + 1, shape.bytes);
    this.#shape = shape;
    this.#connections = connections;
    this.#outgoing = new Outgoing(texts, dialect, shape.inFlight);
    this.#heard = new Uint32Array(2 * shape.inFlight);
    for (const [member, connection] of connections.entries()) {
      let next = 0;
      connection.expected = expectedOf(texts, dialect);
      connection.onError = (error) => this.#fail(error);
      connection.onMessages = (count) => {
        if (next + count > this.#sent) this.#fail(new Error(`Member ${member} heard more than was said.`));
        this.#hear(next, count);
        next += count;
      };
    }
  }

  start(): void {
    this.#running = true;
    this.#speak(this.#shape.inFlight);
  }

  async pause(): Promise<void> {
    this.#running = false;
    await untilQuiet(
      () => this.#done === this.#sent || this.#failure !== undefined,
      () => `${this.#sent - this.#done} messages had not reached all members`,
    );
    if (this.#failure) throw this.#failure;
  }

  /** Deliveries: what costs is sending to each. */
  count(): number {
    return this.#done * this.#shape.members;
  }

  async close(): Promise<void> {
    if (this.#failure) throw this.#failure;
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  #hear(first: number, count: number): void {
    let done = 0;
    for (let message = first; message < first + count; message++) {
      const slot = message % this.#heard.length;
      const members = (this.#heard[slot] ?? 0) + 1;
      this.#heard[slot] = members === this.#shape.members ? 0 : members;
      if (members === this.#shape.members) done++;
    }
    if (done === 0) return;
    this.#done += done;
    if (this.#running) this.#speak(done);
  }

  #speak(count: number): void {
    this.#sent += count;
    this.#connections[0]?.write(this.#outgoing.next(count));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }
}

export function room(shape: RoomShape): OpenLoad {
  return async ({ port }, dialect) => {
    const connections: Connection[] = [];
    while (connections.length < shape.members) {
      const count = Math.min(AT_ONCE, shape.members - connections.length);
      const some = Array.from({ length: count }, () => Connection.open(port, dialect));
      connections.push(...(await Promise.all(some)));
    }
    return new RoomLoad(connections, dialect, shape);
  };
}
