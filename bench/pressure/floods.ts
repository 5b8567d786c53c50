import { setTimeout as sleep } from 'node:timers/promises';
import { type Flood, flood } from '../support/flood.ts';
import { Peer } from '../support/peer.ts';
import { Expected } from '../support/sequence.ts';
import { until } from '../support/until.ts';
import { warmUp } from '../support/warm-up.ts';
import { type MemoryCurve, WatchedServer } from '../support/watched-server.ts';
import { type Case, firstLoadNote, MIB, memoryNote, type Round, type Row } from './row.ts';

const BAR = { most: 16 * MIB, of: 'median' } as const;
/** Plain `concatMap` is cut off here: it would go on. */
const PLAIN_MOST = 1_024 * MIB;
const PLAIN_SECONDS = 7;
/** What is under way when the client stops, some MiB in the kernel, is still worked on. */
const DRAIN_SECONDS = 120;
/** Then memory is read; the collection that tells what is alive comes after it, while the rest is in work. */
const WATCHED_PART = 0.9;

interface Tally {
  readonly received: number;
  readonly processed: number;
  readonly misplaced: number;
}

interface Flooded extends Round {
  readonly curve: MemoryCurve;
}

/** The memory curves of the last flood of 1 KiB messages, for the chart. */
export let lastFlood: { readonly plain: MemoryCurve; readonly paced: MemoryCurve } | undefined;

async function paced(operator: string, load: Flood): Promise<Flooded> {
  return floodTwice(await WatchedServer.start('flood', { operator, options: {} }), load);
}

/** The same flood twice in one process: what memory the first one takes is noted, the second one counts. */
export async function floodTwice(server: WatchedServer, load: Flood): Promise<Flooded> {
  await warmUp(server);
  const first = await flooded(server, load);
  await server.watchOn();
  const second = await flooded(server, load);
  await server.stop();
  const faults = [...first.faults, ...second.faults];
  return { ...second, faults, note: `${second.note}, ${firstLoadNote(first.value)}` };
}

/** Floods a handler that works for 1 ms on each message, and waits until it has answered all of them. */
async function flooded(server: WatchedServer, load: Flood): Promise<Flooded> {
  const replies = new Expected();
  const peer = await Peer.open(server.place, (reply) => replies.take(reply));
  const sent = await flood(peer, load);
  const answered = (part: number): Promise<number> =>
    until(
      () => replies.received,
      (received) => received >= part * sent,
      DRAIN_SECONDS,
    );
  await answered(WATCHED_PART);
  const curve = await server.watched();
  const held = await server.held();
  await answered(1);
  const { received, processed, misplaced } = await server.ask<Tally>('tally');
  peer.close();
  await peer.ended;
  const faults = replies.faults(sent);
  if (received !== sent || processed !== sent || misplaced > 0)
    faults.push(`Of ${sent} messages ${received} were received, ${processed} processed, ${misplaced} out of order.`);
  const note = `${sent} messages; ${memoryNote(curve, held)}`;
  return { value: curve.growth, faults, note, curve };
}

/** The same flood at plain RxJS, which is not waited for: it would work on the rest for many minutes. */
async function plain(load: Flood): Promise<Flooded> {
  const server = await WatchedServer.start('flood', { operator: 'concatMap', options: {} });
  await warmUp(server);
  const peer = await Peer.open(server.place, () => {});
  const end = performance.now() + Math.min(load.seconds ?? PLAIN_SECONDS, PLAIN_SECONDS) * 1000;
  void flood(peer, load);
  while (performance.now() < end && (await server.resident()) < PLAIN_MOST) await sleep(100);
  const curve = await server.watched();
  const { received, processed } = await server.ask<Tally>('tally');
  await server.stop();
  await peer.ended;
  const seconds = ((curve.samples.at(-1)?.time ?? 0) / 1000).toFixed(1);
  const note = `stopped after ${seconds} s: ${received} messages received, ${processed} processed`;
  return { value: curve.growth, faults: [], note, curve };
}

async function* besidePlain({ rounds, seconds }: Parameters<Case>[0]): AsyncGenerator<Row> {
  const load = { messageBytes: 1_024, seconds };
  const results: { paced: Round[]; plain: Round[] } = { paced: [], plain: [] };
  for (let round = 0; round < rounds; round++) {
    const pair = { paced: await paced('pacedConcatMap', load), plain: await plain(load) };
    results.paced.push(pair.paced);
    results.plain.push(pair.plain);
    lastFlood = { plain: pair.plain.curve, paced: pair.paced.curve };
  }
  yield { name: 'flood of 1 KiB messages, pacedConcatMap', bar: BAR, unit: 'memory', rounds: results.paced };
  yield { name: '  beside it RxJS concatMap', bar: undefined, unit: 'memory', rounds: results.plain };
}

const alone = (name: string, operator: string, load: (settings: Parameters<Case>[0]) => Flood): Case =>
  async function* (settings) {
    const rounds: Round[] = [];
    while (rounds.length < settings.rounds) rounds.push(await paced(operator, load(settings)));
    yield { name, bar: BAR, unit: 'memory', rounds };
  };

export const floods: Readonly<Record<string, Case>> = {
  flood: besidePlain,
  'flood-tiny': alone('flood of 10-byte messages, pacedConcatMap', 'pacedConcatMap', ({ share }) => ({
    messageBytes: 10,
    messages: 10_000 * share,
  })),
  'flood-large': alone('flood of 64 KiB messages, pacedConcatMap', 'pacedConcatMap', ({ seconds }) => ({
    messageBytes: 65_536,
    seconds,
  })),
  'flood-async': alone('flood of 1 KiB messages, mapAsync at 8', 'mapAsync', ({ seconds }) => ({
    messageBytes: 1_024,
    seconds,
  })),
};
