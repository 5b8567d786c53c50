import {
  auditTime,
  combineLatest,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  scan,
  share,
  startWith,
  takeWhile,
} from 'rxjs';
import { type App, type ChannelEvent, json, type Pressure, type Route, route, type ServerChannel } from 'sluice';

/** What happens to a channel; a message that it refuses stays between it and its peer. */
type Happening = Exclude<Extract<ChannelEvent, { channel: ServerChannel }>, { type: 'invalid' }>;
type WithoutChannel<Event> = Event extends unknown ? Omit<Event, 'channel'> : never;

/** What is told of a channel. `sent` is how many messages its handler has sent so far. */
export type Seen = ({ readonly type: 'pressure'; readonly sent: number } & Pressure) | WithoutChannel<Happening>;

/** How often pressure is told, in milliseconds: it changes with every message. */
const every = 50;

/**
 * Tells of the channel that is going to be opened with `?watch=<name>`: how much it holds and what happens to it, up
 * to its end. It is told over a channel of its own, because the watched one may be stuck.
 *
 * Whoever knows the name may watch; where that is not enough the route needs a guard.
 *
 * @param app Asked for later: the route is one of its own.
 */
export const pressureRoute = (app: () => App): Route =>
  route('/pressure/:name', { codec: json<never, Seen>() }, ({ params }): Observable<Seen> => {
    const isWatched = (event: ChannelEvent): event is Happening =>
      'channel' in event && event.type !== 'invalid' && event.channel.request.query.get('watch') === params.name;
    const events$ = app().events$.pipe(
      filter(isWatched),
      takeWhile(({ type }) => type !== 'closed', true),
      share(),
    );
    return merge(
      events$.pipe(
        filter(({ type }) => type === 'opened'),
        mergeMap(({ channel }) => pressureOf(channel)),
      ),
      events$.pipe(map(told)),
    );
  });

/** Without the channel, which is no message, and the error behind a close, which is for the server only. */
function told({ channel, ...event }: Happening): Seen {
  return event.type === 'closed' ? { ...event, close: { ...event.close, cause: undefined } } : event;
}

function pressureOf({ pressure$, out }: ServerChannel): Observable<Seen> {
  const sent$ = out.pipe(
    scan((sent) => sent + 1, 0),
    startWith(0),
  );
  return combineLatest([pressure$, sent$]).pipe(
    auditTime(every),
    map(([pressure, sent]) => ({ type: 'pressure', sent, ...pressure })),
  );
}
