import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../support/client.ts';
import { closeCrowd, openCrowd } from '../support/crowd.ts';
import { Peer } from '../support/peer.ts';
import { median } from '../support/statistics.ts';
import { until } from '../support/until.ts';
import { WatchedServer } from '../support/watched-server.ts';
import type { Case, Round } from './row.ts';

const READERS = 999;
/** Messages that one of the readers has sent to the room and not yet got back. */
const IN_FLIGHT = 8;
const TURNS = 10;
/** A turn's part of the seconds of a round. */
const TURN_SHARE = 0.1;
const OUT_CEILING = 65_536;
/** For so long it has to be full: the kernel takes no more, however much its buffers had grown. */
const FULL_MS = 300;
const FILL_SECONDS = 20;
const QUIET_SECONDS = 10;

/** The readers of a room. One of them talks, and each has to hear every message in order. */
class Readers {
  readonly #clients: readonly Client[];
  readonly #heard: number[];
  readonly faults: string[] = [];
  #sent = 0;
  #talking = false;

  constructor(clients: readonly Client[]) {
    this.#clients = clients;
    this.#heard = clients.map(() => 0);
    for (const [reader, client] of clients.entries()) client.onText = (message) => this.#hears(reader, message);
  }

  /** Messages a second that all readers got. */
  async turn(seconds: number): Promise<number> {
    const [from, first] = [performance.now(), this.#sent];
    this.#talking = true;
    for (let i = 0; i < IN_FLIGHT; i++) this.#talk();
    await sleep(seconds * 1000);
    this.#talking = false;
    await until(
      () => Math.min(...this.#heard),
      (least) => least >= this.#sent,
      QUIET_SECONDS,
    );
    return (this.#sent - first) / ((performance.now() - from) / 1000);
  }

  #hears(reader: number, message: Buffer): void {
    const due = this.#heard[reader] ?? 0;
    if (!message.equals(textOf(due))) this.faults.push(`Reader ${reader} heard "${message}" where ${due} was due.`);
    this.#heard[reader] = due + 1;
    if (reader === 0 && this.#talking) this.#talk();
  }

  #talk(): void {
    this.#clients[0]?.send(textOf(this.#sent++));
  }
}

const textOf = (number: number): Buffer => Buffer.from(`message ${number}`.padEnd(64, '.'));

/** A subscriber that reads nothing, and whose channel is full. */
async function openStalled(server: WatchedServer): Promise<Peer> {
  const peer = await Peer.open(server.place, () => {}, '/stalled');
  peer.stopReading();
  let fullSince = Number.POSITIVE_INFINITY;
  await until(
    async () => {
      const { unsentBytes } = await server.ask<{ unsentBytes: number }>('stalled');
      fullSince = unsentBytes < OUT_CEILING ? Number.POSITIVE_INFINITY : Math.min(fullSince, performance.now());
      return performance.now() - fullSince;
    },
    (time) => time > FULL_MS,
    FILL_SECONDS,
  );
  return peer;
}

async function compared(seconds: number, round: number): Promise<Round> {
  const server = await WatchedServer.start('broadcast');
  const clients = await openCrowd(server.port, READERS);
  const readers = new Readers(clients);
  await readers.turn(seconds * TURN_SHARE);
  const rates: Record<'with' | 'without', number[]> = { with: [], without: [] };
  for (let turn = 0; turn < TURNS; turn++) {
    // Both kinds of turns come after the same: the filling leaves garbage and cold caches behind.
    const peer = await openStalled(server);
    if ((round + turn) % 2 === 0) {
      peer.cut();
      await peer.ended;
      rates.without.push(await readers.turn(seconds * TURN_SHARE));
      continue;
    }
    rates.with.push(await readers.turn(seconds * TURN_SHARE));
    const { unsentBytes } = await server.ask<{ unsentBytes: number }>('stalled');
    if (unsentBytes < OUT_CEILING) readers.faults.push(`The stalled subscriber had only ${unsentBytes} B unsent.`);
    peer.cut();
    await peer.ended;
  }
  await closeCrowd(clients);
  await server.stop();
  const [beside, alone] = [median(rates.with), median(rates.without)];
  const note = `${beside.toFixed(0)} messages/s to each of ${READERS} beside it, ${alone.toFixed(0)} without it`;
  return { value: beside / alone, faults: readers.faults.slice(0, 3), note };
}

export const broadcast: Case = async function* ({ rounds, seconds }) {
  const done: Round[] = [];
  while (done.length < rounds) done.push(await compared(seconds, done.length));
  const bar = { least: 0.95, of: 'median' } as const;
  yield { name: '1 stalled subscriber among 1,000, rate', bar, unit: 'ratio', rounds: done };
};
