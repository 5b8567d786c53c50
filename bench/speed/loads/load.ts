import { setTimeout as sleep } from 'node:timers/promises';
import type { WatchedServer } from '../../support/watched-server.ts';
import type { Dialect } from '../dialect.ts';

const QUIET_SECONDS = 60;
const POLL_MS = 2;

/** What keeps a server at work, in turns. Between two turns nothing is under way. */
export interface Load {
  start(): void;
  /** Begins nothing more and waits for what is under way. Fails when something came otherwise than it was due. */
  pause(): Promise<void>;
  /** How many messages the server has dealt with. */
  count(): number | Promise<number>;
  /** How long each message took that came since the last call, in milliseconds, where that is looked at. */
  takeLatencies?(): number[];
  /** Ends all, and fails when the server made other messages than came. */
  close(): Promise<void>;
}

export type OpenLoad = (server: WatchedServer, dialect: Dialect) => Promise<Load>;

/** Waits for `quiet`, which may throw. */
export async function untilQuiet(quiet: () => boolean, what: () => string): Promise<void> {
  const deadline = performance.now() + QUIET_SECONDS * 1000;
  while (!quiet()) {
    if (performance.now() > deadline) throw new Error(`After ${QUIET_SECONDS} s ${what()}.`);
    await sleep(POLL_MS);
  }
}
