import { setTimeout as sleep } from 'node:timers/promises';
import type { WatchedServer } from '../../support/watched-server.ts';
import { Connection } from '../connection.ts';
import { expectedOf } from '../cycle.ts';
import type { Expected } from '../expected.ts';
import { type Load, type OpenLoad, untilQuiet } from './load.ts';

const STILL_MS = 30;

/** Reads an endless stream in turns. Between them it reads nothing, and the server must come to rest. */
class StreamLoad implements Load {
  readonly #server: WatchedServer;
  readonly #connection: Connection;
  readonly #expected: Expected;
  #failure: Error | undefined;

  constructor(server: WatchedServer, connection: Connection, expected: Expected) {
    this.#server = server;
    this.#connection = connection;
    this.#expected = expected;
    connection.onError = (error) => {
      if (!expected.ended) this.#failure ??= error;
    };
  }

  start(): void {
    this.#connection.resume();
  }

  async pause(): Promise<void> {
    this.#connection.pause();
    let produced: number;
    do {
      produced = await this.count();
      await sleep(STILL_MS);
    } while (produced !== (await this.count()));
    if (this.#failure) throw this.#failure;
  }

  /** What the reader has read is less, by what the kernel holds, and more than was made in a turn. */
  count(): Promise<number> {
    return this.#server.ask<number>('produced');
  }

  async close(): Promise<void> {
    await this.#server.ask('finish');
    this.#connection.resume();
    await untilQuiet(
      () => this.#expected.ended || this.#failure !== undefined,
      () => 'the stream had not ended',
    );
    if (this.#failure) throw this.#failure;
    const produced = await this.count();
    const { received } = this.#expected;
    if (received !== produced) throw new Error(`${received} messages came of ${produced}.`);
    await this.#connection.close();
  }
}

export function streaming(texts: readonly string[]): OpenLoad {
  return async (server, dialect) => {
    const expected = expectedOf(texts, dialect);
    return new StreamLoad(server, await Connection.open(server.port, dialect, expected), expected);
  };
}
