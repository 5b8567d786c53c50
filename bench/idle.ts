/**
 * What a connection costs in memory while nothing happens on it, at 10,000 connections: sluice against plain ws.
 *
 *     npm run bench:idle -- --connections 10000 --repetitions 5
 *     npm run bench:idle -- --subject ws      ws against itself: how far the figures can be trusted
 *
 * Two variants: a handler that subscribes to nothing (`() => NEVER`; for ws a listener that does nothing), and an echo
 * (for sluice one subscriber of `in$`). The figure is what the server's resident memory grew by, after a garbage
 * collection, divided by the connections; every measurement has a fresh server process. About 2 KiB of it is V8's young
 * generation, which the burst of handshakes made grow, for either server. The live JavaScript heap beside it is what is
 * left when nothing but the objects counts. With fewer than some thousand connections the figure is mostly chance.
 * Exit code 1: the median of a variant is above the bar.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type HandlerName, type MemoryReading, ServerProcess } from './support/child.ts';
import { closeCrowd, descriptorLimit, MOST_CONNECTIONS, openCrowd } from './support/crowd.ts';
import { median } from './support/statistics.ts';

const BAR = 1.25;
const WARM_UP_CONNECTIONS = 500;
const SETTLE_MS = 1_000;
/** Descriptors that a process needs for itself. */
const SPARE_DESCRIPTORS = 100;
const HANDLERS = ['idle', 'echo'] as const;

const { values: flags } = parseArgs({
  options: {
    connections: { type: 'string', default: '10000' },
    repetitions: { type: 'string', default: '5' },
    subject: { type: 'string', default: 'sluice' },
  },
});

const limit = descriptorLimit();
const connections = Math.min(Number(flags.connections), limit - SPARE_DESCRIPTORS, MOST_CONNECTIONS);
if (connections < Number(flags.connections)) {
  console.log(`Scaled down to ${connections} connections: a process may have ${limit} files open (ulimit -n),`);
  console.log(`and one address about ${MOST_CONNECTIONS} connections.`);
}

/** Bytes per connection. */
async function measure(subject: string, handler: HandlerName): Promise<MemoryReading> {
  const server = await ServerProcess.start(subject, handler);
  // The first connections pay for what is loaded and compiled on first use.
  await closeCrowd(await openCrowd(server.port, Math.min(WARM_UP_CONNECTIONS, connections)));
  await sleep(SETTLE_MS);
  const before = await server.memory();
  const crowd = await openCrowd(server.port, connections);
  await sleep(SETTLE_MS);
  const after = await server.memory();
  await closeCrowd(crowd);
  await server.stop();
  return {
    resident: (after.resident - before.resident) / connections,
    heap: (after.heap - before.heap) / connections,
  };
}

type Pair = readonly [ws: MemoryReading, subject: MemoryReading];

const middle = (readings: readonly MemoryReading[]): MemoryReading => ({
  resident: median(readings.map(({ resident }) => resident)),
  heap: median(readings.map(({ heap }) => heap)),
});

const row = (...cells: readonly string[]): void => console.log(cells.map((cell) => cell.padEnd(16)).join(''));
const show = ({ resident, heap }: MemoryReading): string =>
  `${(resident / 1024).toFixed(2)} (${(heap / 1024).toFixed(2)})`;
const ratioOf = ([ws, subject]: Pair): string =>
  `${(subject.resident / ws.resident).toFixed(3)} (${(subject.heap / ws.heap).toFixed(3)})`;
const showPair = (name: string, pair: Pair): void => row(name, show(pair[0]), show(pair[1]), ratioOf(pair));

const results: Record<HandlerName, Pair[]> = { idle: [], echo: [] };
console.log(`KiB of resident memory (of live JavaScript heap) per connection at ${connections} connections`);
row('handler', 'ws', flags.subject, `${flags.subject} / ws`);
for (let repetition = 1; repetition <= Number(flags.repetitions); repetition++) {
  for (const handler of HANDLERS) {
    const pair: Pair = [await measure('ws', handler), await measure(flags.subject, handler)];
    results[handler].push(pair);
    showPair(`${handler} ${repetition}`, pair);
  }
}
for (const handler of HANDLERS) {
  const pair: Pair = [middle(results[handler].map(([ws]) => ws)), middle(results[handler].map(([, other]) => other))];
  showPair(`${handler} median`, pair);
  if (pair[1].resident / pair[0].resident <= BAR) continue;
  console.error(`The ratio of resident memory of the ${handler} handler is above the bar of ${BAR}.`);
  process.exitCode = 1;
}
