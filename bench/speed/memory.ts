import { setTimeout as sleep } from 'node:timers/promises';
import { floodTwice } from '../pressure/floods.ts';
import { closeCrowd, descriptorLimit, MOST_CONNECTIONS, openCrowd } from '../support/crowd.ts';
import { until } from '../support/until.ts';
import { Connection } from './connection.ts';
import type { Reading } from './contest.ts';
import { expectedOf, textsOf } from './cycle.ts';
import { untilQuiet } from './loads/load.ts';
import { launch, type Role, type Subject } from './subjects.ts';

const CONNECTIONS = 10_000;
const WARM_UP_CONNECTIONS = 500;
const SETTLE_MS = 1_000;
/** Descriptors that a process needs for itself. */
const SPARE_DESCRIPTORS = 100;

const MESSAGES = 1_000_000;
const MESSAGE_BYTES = 64;
/** So long nothing more was made: the server waits for its reader. */
const STILL_MS = 1_000;
const STILL_SECONDS = 60;

const FLOOD_BYTES = 1_024;

export const idleConnections = Math.min(CONNECTIONS, descriptorLimit() - SPARE_DESCRIPTORS, MOST_CONNECTIONS);

/**
 * Bytes that the server's resident memory grew by for a connection on which nothing happens, after a garbage collection.
 * About 2 KiB of it is V8's young generation, which the burst of handshakes made grow, for either server.
 */
export async function idleMemory(subject: Subject, role: Role): Promise<Reading> {
  const server = await launch(subject, { role });
  // The first connections pay for what is loaded and compiled on first use.
  await closeCrowd(await openCrowd(server.port, Math.min(WARM_UP_CONNECTIONS, idleConnections)));
  await sleep(SETTLE_MS);
  const before = await server.collected();
  const crowd = await openCrowd(server.port, idleConnections);
  await sleep(SETTLE_MS);
  const after = await server.collected();
  await closeCrowd(crowd);
  await server.stop();
  return { cost: (after.resident - before.resident) / idleConnections };
}

/**
 * Bytes that the server's memory grew by, at the worst moment, with a million messages for a client that reads nothing;
 * the same server had sent them to one that read all. In the end all are read, and compared.
 */
export async function unreadMemory(subject: Subject): Promise<Reading> {
  const texts = textsOf('row', 500, MESSAGE_BYTES);
  const server = await launch(subject, { role: 'stream', texts, most: MESSAGES });
  const open = async (): Promise<{ connection: Connection; readAll: () => Promise<void> }> => {
    const expected = expectedOf(texts, subject.dialect);
    const connection = await Connection.open(server.port, subject.dialect, expected);
    let failure: Error | undefined;
    connection.onError = (error) => {
      if (!expected.ended) failure ??= error;
    };
    const readAll = async (): Promise<void> => {
      connection.resume();
      await untilQuiet(
        () => expected.ended || failure !== undefined,
        () => `the reader had ${expected.received} messages`,
      );
      if (failure) throw failure;
      if (expected.received !== MESSAGES) throw new Error(`${expected.received} messages came of ${MESSAGES}.`);
      await connection.close();
    };
    return { connection, readAll };
  };

  await (await open()).readAll();
  await server.watch();
  const { connection, readAll } = await open();
  connection.pause();
  let [produced, stillSince] = [-1, 0];
  await until(
    async () => {
      const now = await server.ask<number>('produced');
      if (now !== produced) stillSince = performance.now();
      produced = now;
      return performance.now() - stillSince;
    },
    (time) => time > STILL_MS,
    STILL_SECONDS,
  );
  const { growth } = await server.watched();
  await readAll();
  await server.stop();
  return { cost: growth };
}

/** Bytes that the server's memory grew by, at the worst moment, in the second of two floods. */
export async function floodedMemory(subject: Subject, seconds: number): Promise<Reading> {
  const server = await launch(subject, { role: 'work' });
  const { value, faults } = await floodTwice(server, { messageBytes: FLOOD_BYTES, seconds });
  if (faults.length > 0) throw new Error(faults.join(' '));
  return { cost: value };
}
