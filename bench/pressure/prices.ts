import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Peer } from '../support/peer.ts';
import { until } from '../support/until.ts';
import { warmUp } from '../support/warm-up.ts';
import { WatchedServer } from '../support/watched-server.ts';
import { type Case, MIB, type Round } from './row.ts';

const SYMBOLS = 1_000;
const UPDATES_PER_SECOND = 50_000;
const BYTES_PER_SECOND = 100_000;
const LAST_SECONDS = 30;

interface Tally {
  readonly updates: number;
  readonly dropped: number;
  /** By symbol: the number of its last update. */
  readonly last: readonly number[];
}

/** A feed of prices to a client that reads a small part of them. */
async function followed(seconds: number): Promise<Round> {
  const path = join(tmpdir(), `sluice-prices-${process.pid}-${Date.now()}`);
  const server = await WatchedServer.start('prices', {
    symbols: SYMBOLS,
    updatesPerSecond: UPDATES_PER_SECOND,
    path,
  });
  await warmUp(server);
  const last: number[] = [];
  let [arrived, older, oldest] = [0, 0, 0];
  const peer = await Peer.open({ path }, (message) => {
    const { symbol, price, at } = JSON.parse(message.toString()) as { symbol: number; price: number; at: number };
    if (price <= (last[symbol] ?? -1)) older++;
    last[symbol] = price;
    arrived++;
    oldest = Math.max(oldest, Date.now() - at);
  });
  peer.readAtMost(BYTES_PER_SECOND);
  await sleep(seconds * 1000);
  await server.ask('stop');
  const { growth } = await server.watched();
  const { updates, last: due } = await server.ask<Tally>('tally');
  await until(
    () => due.filter((price, symbol) => last[symbol] !== price).length,
    (missing) => missing === 0,
    LAST_SECONDS,
  );
  peer.readOn();
  peer.close();
  await peer.ended;
  const { dropped } = await until(
    () => server.ask<Tally>('tally'),
    (tally) => arrived + tally.dropped >= updates,
    LAST_SECONDS,
  );
  await server.stop();
  const faults: string[] = [];
  if (older > 0) faults.push(`${older} prices were older than one of the same symbol before them.`);
  if (arrived + dropped !== updates)
    faults.push(`Of ${updates} updates ${arrived} arrived and ${dropped} were counted as dropped.`);
  const note = `${updates} updates, ${arrived} arrived; RSS +${(growth / MIB).toFixed(1)} MiB`;
  return { value: oldest / 1000, faults, note };
}

export const prices: Case = async function* ({ rounds, seconds }) {
  const done: Round[] = [];
  while (done.length < rounds) done.push(await followed(seconds));
  const bar = { most: 2, of: 'every round' } as const;
  yield { name: 'price feed, oldest at its arrival', bar, unit: 'seconds', rounds: done };
};
