import { parseArgs } from 'node:util';
import { anyConnection, type Connection, type Step } from '../support/any-connection.ts';
import { compareReading } from '../support/compare-reading.ts';
import { Dice } from '../support/dice.ts';

// npm run fuzz:receiver -- --streams 1000000 --seed 1
const { values } = parseArgs({ options: { streams: { type: 'string' }, seed: { type: 'string' } } });
const streams = Number(values.streams ?? 100_000);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const together = 64;
// Most streams end in an error of ws, and nobody looks where it was made.
Error.stackTraceLimit = 0;

/** Leaves steps out as long as the difference stays. */
async function shrink(connection: Connection): Promise<Connection> {
  let smallest = connection;
  for (let at = 0; at < smallest.steps.length; ) {
    const fewer = { ...smallest, steps: smallest.steps.toSpliced(at, 1) };
    if ((await compareReading(fewer)) === undefined) at++;
    else smallest = fewer;
  }
  return smallest;
}

function shown(step: Step): string {
  return typeof step === 'string' ? step : Buffer.from(step).toString('hex');
}

console.log(`seed ${seed}, ${streams} streams`);
const begun = Date.now();
for (let index = 0; index < streams; index += together) {
  const batch = Array.from({ length: Math.min(together, streams - index) }, async (_, offset) => {
    const connection = anyConnection(new Dice(seed * 1_000_003 + index + offset));
    return { connection, difference: await compareReading(connection) };
  });
  for (const { connection, difference } of await Promise.all(batch)) {
    if (difference === undefined) continue;
    const smallest = await shrink(connection);
    console.error(`seed ${seed}: ${await compareReading(smallest)}`);
    console.error(JSON.stringify({ ...smallest, steps: smallest.steps.map(shown) }, undefined, 2));
    process.exit(1);
  }
  if (index > 0 && index % (together * 1_000) === 0)
    console.log(`${index} streams, ${Math.round((Date.now() - begun) / 1_000)} s`);
}
console.log(`${streams} streams, no difference, ${Math.round((Date.now() - begun) / 1_000)} s`);
