import { NEVER, Subject, tap } from 'rxjs';
import { route, sluice } from 'sluice';
import { mapAsync, through } from 'sluice/operators';
import { streamRows } from './stream-rows.js';
import { numberedWork } from './work.js';

/** sluice with its defaults, as the README has it: 'sluice' is this package's own build in dist/. */
const roles = {
  echo: () => ({ handler: ({ in$ }) => in$ }),

  room: () => {
    const lobby = new Subject();
    return { handler: ({ in$ }) => in$.pipe(through(lobby)) };
  },

  stream: (parameters) => {
    const { rows, ...answers } = streamRows(parameters);
    return { ...answers, handler: rows };
  },

  /** Neither `in$` nor `out` is touched. */
  idle: () => ({ handler: () => NEVER }),

  work: () => {
    const { begin, received, work, tally } = numberedWork();
    const handler = ({ in$ }) => {
      begin();
      return in$.pipe(tap(received), mapAsync(work));
    };
    return { tally, handler };
  },
};

export const serve = async ({ role, ...parameters }) => {
  const { handler, ...answers } = roles[role](parameters);
  const { port } = await sluice([route('/{:path}', handler)]).listen(0, '127.0.0.1');
  return { place: { port }, ...answers };
};
