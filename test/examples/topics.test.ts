import { type Observable, Subject } from 'rxjs';
import { sluice } from 'sluice';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type News, topics, topicsRoute, type Wish } from '../../examples/topics.ts';
import { openWs } from '../support/ws-client.ts';

describe('the topics example', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** What the handler sends, as `topic number`. */
  function run(in$: Subject<Wish>): string[] {
    const seen: string[] = [];
    const news$ = topics({ in$ } as never) as Observable<News>;
    news$.subscribe({
      next: ({ topic, text }) => seen.push(`${topic} ${text}`),
      error: (error) => seen.push(String(error)),
    });
    return seen;
  }

  test('a topic that is subscribed twice is sent once', () => {
    vi.useFakeTimers();
    const in$ = new Subject<Wish>();
    const seen = run(in$);
    in$.next({ type: 'subscribe', topic: 'a' });
    in$.next({ type: 'subscribe', topic: 'a' });
    vi.advanceTimersByTime(1_000);
    expect(seen).toEqual(['a News 1']);
  });

  test('over a connection the 21st topic closes it with 1008', async () => {
    const app = sluice([topicsRoute]);
    const { port } = await app.listen(0, '127.0.0.1');
    const peer = await openWs(`ws://127.0.0.1:${port}/topics`);
    for (let topic = 0; topic <= 20; topic++) peer.ws.send(JSON.stringify({ type: 'subscribe', topic: `${topic}` }));
    expect(await peer.closed).toEqual({ code: 1008, reason: 'more than 20 streams' });
    await app.close();
  });
});
