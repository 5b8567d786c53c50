import { flood } from '../support/flood.ts';
import { Peer } from '../support/peer.ts';
import { until } from '../support/until.ts';
import { warmUp } from '../support/warm-up.ts';
import { WatchedServer } from '../support/watched-server.ts';
import { type Case, MIB, type Round, type Settings } from './row.ts';

const MESSAGES = 10_000;
const MESSAGE_BYTES = 100;
const LINGER = 120_000;

interface Tally {
  readonly received: number;
  readonly processed: number;
  readonly misplaced: number;
  readonly code: number | undefined;
}

/** A client sends messages that take 1 ms each, and its Close right behind them. */
async function gone(messages: number): Promise<Round> {
  const options = { linger: LINGER };
  const server = await WatchedServer.start('flood', { operator: 'pacedConcatMap', options });
  await warmUp(server);
  const peer = await Peer.open(server.place, () => {});
  await flood(peer, { messageBytes: MESSAGE_BYTES, messages });
  peer.close();
  const tally = await until(
    () => server.ask<Tally>('tally'),
    ({ code }) => code !== undefined,
    LINGER / 1000,
  );
  const { growth } = await server.watched();
  await server.stop();
  const { received, processed, misplaced, code } = tally;
  const faults: string[] = [];
  if (received !== messages || misplaced > 0) faults.push(`${received} were received, ${misplaced} out of order.`);
  if (code !== 1000) faults.push(`The channel ended with ${code}.`);
  return { value: processed, faults, note: `of ${messages}; RSS +${(growth / MIB).toFixed(1)} MiB` };
}

export const departure: Case = async function* ({ rounds, share }: Settings) {
  const messages = MESSAGES * share;
  const done: Round[] = [];
  while (done.length < rounds) done.push(await gone(messages));
  const bar = { least: messages, of: 'every round' } as const;
  yield { name: 'sends and closes at once, processed', bar, unit: 'messages', rounds: done };
};
