import { setTimeout as sleep } from 'node:timers/promises';
import { Peer } from '../support/peer.ts';
import { Expected } from '../support/sequence.ts';
import { warmUp } from '../support/warm-up.ts';
import { WatchedServer } from '../support/watched-server.ts';
import { type Case, MIB, type Round, type Settings } from './row.ts';

const MESSAGES = 1_000_000;
const MESSAGE_BYTES = 100;
const HEADER_BYTES = 2;
const OUT_HIGH_WATER = 65_536;
const BYTES_PER_SECOND = 1_000_000;

/** A generator to a client that reads 1 MB/s for some seconds, and then the rest as fast as it comes. */
async function pulledSlowly({ seconds, share }: Settings): Promise<Round> {
  const messages = MESSAGES * share;
  const server = await WatchedServer.start('generator', { messages });
  await warmUp(server);
  const received = new Expected(MESSAGE_BYTES);
  const peer = await Peer.open(server.place, (message) => received.take(message));
  peer.readAtMost(BYTES_PER_SECOND);
  await sleep(seconds * 1000);
  const slowly = received.received;
  peer.readOn();
  const code = await peer.ended;
  const { growth } = await server.watched();
  const { mostUnsent, saturations } = await server.ask<{ mostUnsent: number; saturations: number }>('tally');
  await server.stop();
  const faults = received.faults(messages);
  if (code !== 1000) faults.push(`The channel ended with ${code}.`);
  if (saturations === 0) faults.push('The client kept up: nothing was put to the test.');
  const note = `${messages} messages, ${slowly} of them at 1 MB/s; RSS +${(growth / MIB).toFixed(1)} MiB`;
  return { value: mostUnsent, faults, note };
}

export const generator: Case = async function* (settings) {
  const rounds: Round[] = [];
  while (rounds.length < settings.rounds) rounds.push(await pulledSlowly(settings));
  const bar = { most: OUT_HIGH_WATER + HEADER_BYTES + MESSAGE_BYTES, of: 'every round' } as const;
  yield { name: 'async generator, most that was unsent', bar, unit: 'bytes', rounds };
};
