import { Observable, take } from 'rxjs';
import { closeSlow, coalesceBy, dropNewest, dropOldest, latest, route, sluice, unbounded } from 'sluice';

const BURST = 100;
const FILL_TICK_MS = 50;
/** So many ticks in a row saturated: the kernel takes no more, however much its buffers had grown. */
const FILLED_TICKS = 10;
const REST = '.'.repeat(1_014);

/** Message 0 of every thousand must arrive; the others are states of a hundred things. */
const keyOf = (message) => {
  const number = Number(message.slice(0, 10));
  return number % 1_000 === 0 ? undefined : number % 100;
};

const policies = { closeSlow, coalesceBy, dropNewest, dropOldest, latest, unbounded };

/**
 * On `start` it pushes numbered messages of 1 KiB: until the channel stays saturated, and then the flood, as fast as the
 * event loop turns.
 */
export const serve = async ({ policy }) => {
  const unused = { pushed: 0, finished: false, unsentBytes: 0, dropped: 0, ended: false, closed: false };
  const tally = { ...unused };
  let messages;
  let start;

  const handler = ({ in$, pressure$, closed$ }) => {
    let saturated = false;
    Object.assign(tally, unused);
    pressure$.subscribe((pressure) => {
      tally.unsentBytes = pressure.unsentBytes;
    });
    in$.subscribe({
      complete: () => {
        tally.ended = true;
      },
    });
    closed$.subscribe(() => {
      tally.closed = true;
    });
    return new Observable((subscriber) => {
      let ticks = 0;
      let timer;
      const push = () => subscriber.next(`${tally.pushed++}`.padStart(10, '0') + REST);
      const look = () =>
        pressure$.pipe(take(1)).subscribe((pressure) => {
          saturated = pressure.saturated;
        });

      const fill = () => {
        look();
        ticks = saturated ? ticks + 1 : 0;
        for (; !saturated && !subscriber.closed; look()) push();
        if (ticks < FILLED_TICKS) return;
        clearInterval(timer);
        flood();
      };

      const flood = () => {
        const end = Math.min(tally.pushed + BURST, messages);
        while (tally.pushed < end && !subscriber.closed) push();
        tally.finished = tally.pushed === messages;
        if (!tally.finished && !subscriber.closed) setImmediate(flood);
      };

      start = () => {
        timer = setInterval(fill, FILL_TICK_MS);
      };
      return () => clearInterval(timer);
    });
  };

  const app = sluice([
    route('/', { overflow: policies[policy](keyOf) }, handler),
    route('/first', { overflow: dropOldest() }, handler),
    route('/warm-up', ({ in$ }) => in$),
  ]);
  app.events$.subscribe((event) => {
    if (event.type === 'dropped' && event.direction === 'out') tally.dropped += event.messages;
  });
  const { port } = await app.listen(0, '127.0.0.1');
  return {
    place: { port },
    tally: () => tally,
    start: (flood) => {
      messages = flood.messages;
      start();
    },
  };
};
