import { Peer } from '../support/peer.ts';
import { numberOf } from '../support/sequence.ts';
import { until } from '../support/until.ts';
import { warmUp } from '../support/warm-up.ts';
import { WatchedServer } from '../support/watched-server.ts';
import { type Outcome, outcomes } from './outcomes.ts';
import { type Case, firstLoadNote, MIB, memoryNote, type Round } from './row.ts';

const MESSAGES = 200_000;
const OUT_CEILING = MIB;
const FLOOD_SECONDS = 60;
const READ_SECONDS = 30;

interface Tally {
  readonly pushed: number;
  readonly finished: boolean;
  readonly unsentBytes: number;
  readonly dropped: number;
  /** Of the channel: its end has begun; it is over. */
  readonly ended: boolean;
  readonly closed: boolean;
}

/**
 * Two floods in one process: what memory the first one takes is noted, the second one counts. The first is one of
 * `dropOldest()` whatever the policy: its messages live long enough to give V8's young generation its final size.
 */
async function round(policy: string, messages: number, expected: Outcome): Promise<Round> {
  const server = await WatchedServer.start('overflow', { policy });
  await warmUp(server);
  const first = await flooded(server, messages, outcomes.dropOldest, '/first');
  await server.watchOn();
  const second = await flooded(server, messages, expected, '/');
  await server.stop();
  const faults = [...first.faults, ...second.faults];
  return { value: second.value, faults, note: `${second.note}, ${firstLoadNote(first.value)}` };
}

/** A handler floods a client that reads nothing; then the client reads what there is. */
async function flooded(server: WatchedServer, messages: number, expected: Outcome, path: string): Promise<Round> {
  const arrived: number[] = [];
  const peer = await Peer.open(server.place, (message) => arrived.push(numberOf(message)), path);
  peer.stopReading();
  const ask = (): Promise<Tally> => server.ask<Tally>('tally');
  await server.ask('start', { messages });
  const { ended } = await until(ask, (tally) => tally.finished || tally.ended, FLOOD_SECONDS);
  const memory = await server.watched();
  const held = await server.held();
  peer.readOn();
  if (!ended) {
    await until(ask, ({ unsentBytes }) => unsentBytes === 0, READ_SECONDS);
    peer.close();
  }
  const code = await peer.ended;
  const { pushed, dropped } = await until(ask, ({ closed }) => closed, READ_SECONDS);
  const faults = expected.faults(arrived, pushed);
  if (code !== (expected.closes ? 1013 : 1000)) faults.push(`The channel ended with ${code}.`);
  if (arrived.length + dropped !== pushed)
    faults.push(`Of ${pushed} messages ${arrived.length} arrived and ${dropped} were counted as dropped.`);
  const note = `${pushed} = ${arrived.length} arrived + ${dropped} dropped, ${code}; ${memoryNote(memory, held)}`;
  return { value: memory.growth, faults, note };
}

export const overflow: Case = async function* ({ rounds, share }) {
  for (const [policy, outcome] of Object.entries(outcomes)) {
    const done: Round[] = [];
    while (done.length < rounds) done.push(await round(policy, MESSAGES * share, outcome));
    const bar = { most: OUT_CEILING + 8 * MIB, of: 'median' } as const;
    const name = `flooded and never reads, ${policy}`;
    yield { name, bar: outcome.bounded ? bar : undefined, unit: 'memory', rounds: done };
  }
};
