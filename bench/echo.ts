/**
 * What an echo of 64 bytes costs the server, one message in flight on each of 100 connections: sluice against plain ws.
 *
 *     npm run bench:echo -- --rounds 7 --seconds 2
 *     npm run bench:echo -- --subject ws      ws against itself: how far this machine's figures can be trusted
 *
 * The figure is the ratio of the server's CPU time per message, ws / sluice, within one round: 1.0 is equal, above it
 * sluice is cheaper. CPU time, because waiting for a client does not add to it; within a round, because the speed of a
 * shared machine changes from second to second: both servers run, in fresh processes, and take turns of half a second.
 * The clients are raw sockets, cheaper than either server, which therefore keeps a core busy: see the share. It takes two
 * cores that do nothing else.
 * Exit code 1: the median is below the bar.
 */
import { parseArgs } from 'node:util';
import { Contestant, type EchoCost } from './support/contestant.ts';
import { median } from './support/statistics.ts';

const BAR = 0.9;
const CONNECTIONS = 100;
const WARM_UP_SECONDS = 1;
const TURNS = 4;
/** Below this share of a core, something else was running, and the ratio scatters more. */
const UNDISTURBED = 0.9;

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    subject: { type: 'string', default: 'sluice' },
  },
});

/** The order of the turns is swapped within a round and from round to round: neither gains from being first. */
async function play(round: number): Promise<[ws: EchoCost, subject: EchoCost]> {
  const pair = [await Contestant.start('ws', CONNECTIONS), await Contestant.start(flags.subject, CONNECTIONS)] as const;
  for (const contestant of pair) await contestant.warmUp(WARM_UP_SECONDS);
  for (let turn = 0; turn < TURNS; turn++) {
    const order = (round + turn) % 2 ? pair : pair.toReversed();
    for (const contestant of order) await contestant.turn(Number(flags.seconds) / TURNS);
  }
  for (const contestant of pair) await contestant.stop();
  return [pair[0].result(), pair[1].result()];
}

const show = ({ cost, busy, p50, p99 }: EchoCost): string =>
  `${cost.toFixed(2).padStart(6)} µs ${(busy * 100).toFixed(0).padStart(4)} %  ${p50.toFixed(2)} / ${p99.toFixed(2)} ms`;

const line = (name: string, ws: string, subject: string, ratio: string): void =>
  console.log(`${name.padEnd(6)}  ${ws.padEnd(34)}  ${subject.padEnd(34)}  ${ratio}`);

const middle = (costs: readonly EchoCost[]): EchoCost => ({
  cost: median(costs.map(({ cost }) => cost)),
  busy: median(costs.map(({ busy }) => busy)),
  p50: median(costs.map(({ p50 }) => p50)),
  p99: median(costs.map(({ p99 }) => p99)),
});

const rounds: [ws: EchoCost, subject: EchoCost][] = [];
console.log('server CPU time per message, share of a core, latency p50 / p99');
line('round', 'ws', flags.subject, `ws / ${flags.subject}`);
while (rounds.length < Number(flags.rounds)) {
  const [ws, subject] = await play(rounds.length);
  rounds.push([ws, subject]);
  line(String(rounds.length), show(ws), show(subject), (ws.cost / subject.cost).toFixed(3));
}

const ratios = rounds.map(([ws, subject]) => ws.cost / subject.cost);
const ratio = median(ratios);
line('median', show(middle(rounds.map(([ws]) => ws))), show(middle(rounds.map(([, s]) => s))), ratio.toFixed(3));
console.log(`ratio: worst ${Math.min(...ratios).toFixed(3)}, best ${Math.max(...ratios).toFixed(3)}, bar ${BAR}`);
const busy = median(rounds.flatMap((pair) => pair.map((cost) => cost.busy)));
if (busy < UNDISTURBED)
  console.log(`The servers had ${(busy * 100).toFixed(0)} % of a core: the machine is not quiet.`);
if (ratio < BAR) {
  console.error(`The median ratio ${ratio.toFixed(3)} is below the bar of ${BAR}.`);
  process.exitCode = 1;
}
