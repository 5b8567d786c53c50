// A server under measurement, alone in its process: `node server.js <subject> <handler>`. Plain JavaScript on plain
// Node, as users run it: a TypeScript loader in the process would add to what is measured.
import { setTimeout as sleep } from 'node:timers/promises';

const [subject, handler] = process.argv.slice(2);

const answers = {
  cpu() {
    const { user, system } = process.cpuUsage();
    return { cpu: user + system, clock: performance.now() * 1000 };
  },
  async memory() {
    // Twice, with time for V8 to give the freed pages back: it does that on other threads, behind the collection.
    for (let i = 0; i < 2; i++) {
      globalThis.gc();
      await sleep(500);
    }
    const { rss, heapUsed } = process.memoryUsage();
    return { resident: rss, heap: heapUsed };
  },
};

process.on('message', async (question) => process.send(await answers[question]()));
process.on('disconnect', () => process.exit());

const { listen } = await import(`./servers/${subject}.js`);
process.send(await listen(handler));
