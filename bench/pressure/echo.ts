import { setTimeout as sleep } from 'node:timers/promises';
import { flood } from '../support/flood.ts';
import { Peer } from '../support/peer.ts';
import { Expected } from '../support/sequence.ts';
import { until } from '../support/until.ts';
import { warmUp } from '../support/warm-up.ts';
import { WatchedServer } from '../support/watched-server.ts';
import { type Case, MIB, type Round } from './row.ts';

const MESSAGE_BYTES = 1_024;
const READ_SECONDS = 60;

/** An echo to a client that writes what it can and reads nothing, and then reads all. */
async function stalled(seconds: number): Promise<Round> {
  const server = await WatchedServer.start('echo');
  await warmUp(server);
  const echoed = new Expected(MESSAGE_BYTES);
  const peer = await Peer.open(server.place, (message) => echoed.take(message));
  peer.stopReading();
  const flooded = flood(peer, { messageBytes: MESSAGE_BYTES, seconds });
  await sleep(seconds * 1000);
  const { growth } = await server.watched();
  const early = echoed.received;
  peer.readOn();
  const sent = await flooded;
  await until(
    () => echoed.received,
    (received) => received >= sent,
    READ_SECONDS,
  );
  peer.close();
  const code = await peer.ended;
  await server.stop();
  const faults = echoed.faults(sent);
  if (early > 0) faults.push(`The client read ${early} messages while it read nothing.`);
  if (code !== 1000) faults.push(`The channel ended with ${code}.`);
  return { value: growth, faults, note: `${sent} messages, read afterwards` };
}

export const echo: Case = async function* ({ rounds, seconds }) {
  const done: Round[] = [];
  while (done.length < rounds) done.push(await stalled(seconds));
  const bar = { most: 16 * MIB, of: 'every round' } as const;
  yield { name: 'echo of 1 KiB messages, nothing is read', bar, unit: 'memory', rounds: done };
};
