// A server under load, alone in its process: `node watched-server.js <module> <parameters>`. Plain JavaScript on plain
// Node, as users run it: a TypeScript loader in the process would add to what is measured. The module's
// `serve(parameters)` answers where it listens, and what the parent may ask of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';

const SAMPLE_MS = 100;
const SETTLE_MS = 250;
const COLLECTED_MS = 500;

const [module, parameters] = process.argv.slice(2);

let samples = [];
let began = 0;
let timer;
let highest = 0;
let liveBefore = 0;

/** What V8 has taken for its young generation. It grows while objects outlive collections, up to 48 MiB, and stays. */
const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;

/** The live objects of JavaScript and what they hold outside: Buffers. */
const live = () => {
  // The second collection finishes what the first leaves to other threads: freeing Buffers.
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const sample = () => {
  samples.push({ time: performance.now() - began, resident: process.memoryUsage.rss(), young: young() });
};

/** The most that the process ever had, as the kernel counts it: it sees what happens between two samples. */
const peak = () => process.resourceUsage().maxRSS * 1024;

const memory = {
  /** Begins to watch the memory, after a collection. */
  async watch() {
    for (let i = 0; i < 2; i++) {
      liveBefore = live();
      await sleep(SETTLE_MS);
    }
    memory.watchOn();
  },
  /** Begins anew from the memory that there is now, garbage included. */
  watchOn() {
    samples = [];
    began = performance.now();
    highest = peak();
    sample();
    timer = setInterval(sample, SAMPLE_MS);
  },
  watched() {
    clearInterval(timer);
    sample();
    return { samples, peak: peak() > highest ? peak() : undefined };
  },
  resident: () => process.memoryUsage.rss(),
  held: () => live() - liveBefore,
  async collected() {
    // Twice, with time for V8 to give the freed pages back: it does that on other threads, behind the collection.
    for (let i = 0; i < 2; i++) {
      globalThis.gc();
      await sleep(COLLECTED_MS);
    }
    const { rss, heapUsed } = process.memoryUsage();
    return { resident: rss, heap: heapUsed };
  },
};

/** All threads, user and system. */
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const own = { ...memory, cpu };

process.on('message', async ({ question, details }) => {
  const answer = own[question] ?? server[question];
  process.send({ answer: await answer(details) });
});
process.on('disconnect', () => process.exit());

const { serve } = await import(module);
const server = await serve(JSON.parse(parameters));
process.send({ answer: server.place });
