import { take } from 'rxjs';
import { route, sluice } from 'sluice';

const REST = '.'.repeat(90);

/** An async generator of numbered messages of 100 bytes; of all the moments, the most that was unsent. */
export const serve = async ({ messages }) => {
  const tally = { mostUnsent: 0, saturations: 0 };

  const handler = async function* ({ out, pressure$ }) {
    out.subscribe(() => {
      pressure$.pipe(take(1)).subscribe(({ unsentBytes }) => {
        tally.mostUnsent = Math.max(tally.mostUnsent, unsentBytes);
      });
    });
    for (let i = 0; i < messages; i++) yield `${i}`.padStart(10, '0') + REST;
  };

  const app = sluice([route('/', handler), route('/warm-up', ({ in$ }) => in$)]);
  app.events$.subscribe(({ type }) => {
    if (type === 'saturated') tally.saturations++;
  });
  const { port } = await app.listen(0, '127.0.0.1');
  return { place: { port }, tally: () => tally };
};
