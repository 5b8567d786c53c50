import { median } from '../support/statistics.ts';
import { WatchedServer } from '../support/watched-server.ts';
import type { Case, Round } from './row.ts';

interface Measured {
  readonly times: { readonly concatMap: readonly number[]; readonly pacedConcatMap: readonly number[] };
  readonly counts: { readonly concatMap: number; readonly pacedConcatMap: number };
  readonly due: number;
}

const WARM_UP_SECONDS = 1;
/** A measurement's part of the seconds of a round. */
const SHARE = 0.3;

async function compared(source: string, seconds: number): Promise<Round> {
  const server = await WatchedServer.start('operator-cost');
  await server.ask('measure', { source, seconds: WARM_UP_SECONDS });
  const { times, counts, due } = await server.ask<Measured>('measure', { source, seconds });
  await server.stop();
  const faults = Object.entries(counts)
    .filter(([, count]) => count !== due)
    .map(([name, count]) => `${name} let ${count} of ${due} messages through.`);
  const [plain, paced] = [median(times.concatMap), median(times.pacedConcatMap)];
  const note = `${paced.toFixed(0)} ns a message, RxJS ${plain.toFixed(0)} ns`;
  return { value: paced / plain, faults, note };
}

export const operatorCost: Case = async function* ({ rounds, seconds }) {
  for (const source of ['bare', 'channel']) {
    const done: Round[] = [];
    while (done.length < rounds) done.push(await compared(source, seconds * SHARE));
    const where = source === 'bare' ? 'a Subject' : 'a channel';
    const bar = { most: 1.15, of: 'median' } as const;
    yield { name: `pacedConcatMap on ${where}, concatMap is 1`, bar, unit: 'ratio', rounds: done };
  }
};
