/**
 * What happens to a server whose peers send too fast, or read too slowly.
 *
 *     npm run bench:pressure                          all cases, about twelve minutes
 *     npm run bench:pressure -- --case flood          one of them; may be given several times
 *     npm run bench:pressure -- --quick               one short round of each, to try it out
 *     npm run bench:pressure -- --case flood --svg    draws bench/pressure.svg as well
 *
 * Every round has a fresh server process with V8's defaults. Memory is what was resident at the worst moment (sampled
 * every 100 ms, and the kernel's own peak) less what was resident before. Before, the server of a flood has lived through
 * such a flood once: V8's young generation grows by 24 MiB as soon as objects outlive its collections, also with bare ws
 * and a queue by hand, and stays. What that first flood took, from a server that had answered one message and collected
 * its garbage, stands in the notes; so does what was alive after a collection under full load, for which alone the server
 * runs with --expose-gc.
 * What kernels buffer is not in it. Every message is numbered, and counted and compared at both ends.
 * The clients are raw sockets in this process; they always have more to send than the server takes. The rates and the
 * ratios of times take two cores that do nothing else.
 * Exit code 1: a bar was missed, or a message.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { broadcast } from './pressure/broadcast.ts';
import { departure } from './pressure/departure.ts';
import { echo } from './pressure/echo.ts';
import { floods, lastFlood } from './pressure/floods.ts';
import { generator } from './pressure/generator.ts';
import { drawMemory } from './pressure/memory-chart.ts';
import { operatorCost } from './pressure/operator-cost.ts';
import { overflow } from './pressure/overflow.ts';
import { prices } from './pressure/prices.ts';
import { type Case, faultsOf, heading, passes, show } from './pressure/row.ts';
import { WatchedServer } from './support/watched-server.ts';

const cases: Readonly<Record<string, Case>> = {
  ...floods,
  overflow,
  echo,
  generator,
  broadcast,
  departure,
  prices,
  cost: operatorCost,
};

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    case: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    svg: { type: 'boolean', default: false },
  },
});

const settings = {
  rounds: Number(flags.rounds ?? (flags.quick ? 1 : 3)),
  seconds: Number(flags.seconds ?? (flags.quick ? 2 : 10)),
  share: flags.quick ? 0.1 : 1,
};
const names = flags.case ?? Object.keys(cases);
const unknown = names.filter((name) => !(name in cases));
if (unknown.length > 0) throw new Error(`There is no case ${unknown}; there are ${Object.keys(cases).join(', ')}.`);

console.log(heading);
for (const name of names) {
  try {
    for await (const row of cases[name]?.(settings) ?? []) {
      console.log(show(row));
      for (const fault of faultsOf(row)) console.log(`    ${fault}`);
      if (!passes(row)) process.exitCode = 1;
    }
  } catch (error) {
    console.error(`${name}:`, error);
    process.exitCode = 1;
    await WatchedServer.stopAll();
  }
}
if (flags.svg && lastFlood !== undefined) {
  const { plain, paced } = lastFlood;
  writeFileSync(new URL('./pressure.svg', import.meta.url), drawMemory(plain, paced, settings.seconds));
}
if (process.exitCode === 1) console.error('A bar was missed.');
