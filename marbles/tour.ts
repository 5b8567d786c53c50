import { concatWith, debounceTime, interval, map, of, Subject, take, throwError } from 'rxjs';
import { CloseError, dropOldest, type Handler, reject, route } from 'sluice';
import { through } from 'sluice/operators';

/* The handlers of the examples in README.md. */

/** Looks for what was typed, once nothing was typed for 3 ms. */
export const search: Handler = ({ in$ }) =>
  in$.pipe(
    debounceTime(3),
    map((words) => `found ${words}`),
  );

/** Everybody hears what anybody says. */
export function room(): Handler {
  const said = new Subject<string>();
  return ({ in$ }) => in$.pipe(through(said));
}

/** Sends prices as they come from elsewhere, and notes each wish. */
export function prices() {
  const prices = new Subject<string>();
  const wishes = new Subject<string>();
  const handler: Handler = ({ in$ }) => {
    in$.subscribe((wish) => wishes.next(wish));
    return prices;
  };
  return { handler, subjects: { prices, wishes } };
}

/** A count that does not wait: of what a slow peer has not read, the newest is kept. */
export const counter = {
  handler: () => interval(2).pipe(map(String)),
  options: { overflow: dropOldest(), outHighWater: 1, outLowWater: 0, outCeiling: 4 },
};

/** For those who have the word. */
export const secret = route(
  '/secret/:room',
  { guard: ({ query }) => (query.get('word') === 'sesame' ? { user: 'ali' } : reject(401, 'The word is wrong.')) },
  ({ params, context }) => of(`${context.user} is in ${params.room}`),
);

/** Sends each message back with the time. */
export const stamp: Handler = ({ in$ }) => in$.pipe(map((id) => JSON.stringify({ id, at: Date.now() })));

/** Answers two messages, and then has had enough. It does not like question marks. */
export const polite: Handler = ({ in$ }) =>
  in$.pipe(
    take(2),
    map((words) => {
      if (words === '?') throw new RangeError('What?');
      return `you said ${words}`;
    }),
    concatWith(throwError(() => new CloseError(4000, 'enough'))),
  );
