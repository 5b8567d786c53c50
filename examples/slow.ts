import { setTimeout as sleep } from 'node:timers/promises';
import { type Handler, route } from 'sluice';
import { mapAsync } from 'sluice/operators';

/** Stands for a query or a request: it takes a while, and is given up when the channel ends. */
const work = (text: string, signal: AbortSignal): Promise<string> =>
  sleep(10, `Done: ${text.length} characters`, { signal });

/** Works on four messages at a time and answers in their order. Who sends faster than that is held back. */
export const slow: Handler = ({ in$ }) => in$.pipe(mapAsync(work, { concurrency: 4 }));

export const slowRoute = route('/slow', slow);
