import { interval, map, type Observable } from 'rxjs';
import { type Handler, json, route } from 'sluice';
import { switchMapBy } from 'sluice/operators';
import { z } from 'zod';

/** What a client sends: which topic it wants, and from now on no more. */
const Wish = z.discriminatedUnion('type', [
  z.object({ type: z.literal('subscribe'), topic: z.string().max(100) }),
  z.object({ type: z.literal('unsubscribe'), topic: z.string().max(100) }),
]);

/** What it gets. */
const News = z.object({ topic: z.string(), text: z.string() });

export type Wish = z.infer<typeof Wish>;
export type News = z.infer<typeof News>;

/**
 * Many topics over one socket. Their streams live on, so they are no work that ends: a paced operator would hold each
 * subscribe message for ever. `switchMapBy` keeps one stream per topic, ends it when the client says so, and bounds how
 * many there are.
 */
export const topics: Handler<Wish, News> = ({ in$ }) =>
  in$.pipe(
    switchMapBy(
      ({ topic }) => topic,
      ({ type, topic }) => (type === 'subscribe' ? newsOf(topic) : undefined),
      { limit: 20 },
    ),
  );

export const topicsRoute = route('/topics', { codec: json({ in: Wish, out: News }) }, topics);

/** Stands for whatever publishes. */
function newsOf(topic: string): Observable<News> {
  return interval(1_000).pipe(map((number) => ({ topic, text: `News ${number + 1}` })));
}
