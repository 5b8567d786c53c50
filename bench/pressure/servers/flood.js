import { setTimeout as sleep } from 'node:timers/promises';
import { concatMap, map, tap, timer } from 'rxjs';
import { route, sluice } from 'sluice';
import { mapAsync, pacedConcatMap } from 'sluice/operators';

const WORK_MS = 1;
const DIGITS = 10;

const work = (message) => timer(WORK_MS).pipe(map(() => message));

const operators = {
  concatMap: () => concatMap(work),
  pacedConcatMap: () => pacedConcatMap(work),
  mapAsync: () =>
    mapAsync(
      async (message) => {
        await sleep(WORK_MS);
        return message;
      },
      { concurrency: 8 },
    ),
};

/** Works on each message, and answers it with its number. */
export const serve = async ({ operator, options }) => {
  let tally;

  const count = (stage) => (message) => {
    if (Number(message.slice(0, DIGITS)) !== tally[stage]) tally.misplaced++;
    tally[stage]++;
  };

  const handler = ({ in$, closed$ }) => {
    tally = { received: 0, processed: 0, misplaced: 0, code: undefined };
    closed$.subscribe(({ code }) => {
      tally.code = code;
    });
    return in$.pipe(
      tap(count('received')),
      operators[operator](),
      tap(count('processed')),
      map((message) => message.slice(0, DIGITS)),
    );
  };

  const { port } = await sluice([route('/{:path}', options, handler)]).listen(0, '127.0.0.1');
  return { place: { port }, tally: () => tally };
};
