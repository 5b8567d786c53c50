import { createServer } from 'node:http';
import { Observable } from 'rxjs';
import { coalesceBy, json, route, sluice } from 'sluice';

const TICK_MS = 4;

/**
 * Prices of many symbols, so many updates a second in all, over a Unix socket: for TCP on one machine the kernel would
 * buffer 4 MB, which at 100 KB/s is 40 s. On `stop` no more are made.
 */
export const serve = async ({ symbols, updatesPerSecond, path }) => {
  const tally = { updates: 0, dropped: 0, last: [] };
  let stopped = false;

  const feed = () =>
    new Observable((subscriber) => {
      const began = performance.now();
      const timer = setInterval(() => {
        const due = stopped ? 0 : ((performance.now() - began) / 1000) * updatesPerSecond;
        for (; tally.updates < due; tally.updates++) {
          const symbol = Math.floor(Math.random() * symbols);
          tally.last[symbol] = tally.updates;
          subscriber.next({ symbol, price: tally.updates, at: Date.now() });
        }
      }, TICK_MS);
      return () => clearInterval(timer);
    });

  const options = { codec: json(), overflow: coalesceBy(({ symbol }) => symbol) };
  const app = sluice([route('/', options, feed), route('/warm-up', ({ in$ }) => in$)]);
  app.events$.subscribe((event) => {
    if (event.type === 'dropped' && event.direction === 'out') tally.dropped += event.messages;
  });
  const server = createServer();
  app.attach(server);
  await new Promise((resolve) => server.listen(path, resolve));
  return {
    place: { path },
    tally: () => tally,
    stop: () => {
      stopped = true;
    },
  };
};
