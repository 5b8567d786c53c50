import { describe, expect, test } from 'vitest';
import { LazyRequest } from '../../src/protocol/request.ts';
import { reject } from '../../src/protocol/verdict.ts';
import { FakeApp, inVirtualTime, pass, routeOf } from '../support/serve-fake.ts';

inVirtualTime();

const appOf = (watched = true): FakeApp => new FakeApp([routeOf(({ in$ }) => in$)], {}, { watched });

describe('the channels of an app', () => {
  test('are one set that is always the same, and told of as it changes', async () => {
    const app = appOf();
    const sizes: number[] = [];
    const sets = new Set<unknown>();
    app.core.channels$.subscribe((channels) => {
      sizes.push(channels.size);
      sets.add(channels);
    });
    const [a, b] = [app.open(), app.open()];
    await pass();
    expect([...app.core.channels]).toEqual([a.channel, b.channel]);
    a.socket.leaves();
    b.socket.vanishes();
    expect(sizes).toEqual([0, 1, 2, 1, 0]);
    expect([...sets]).toEqual([app.core.channels]);
  });

  test('may be closed while the set is walked through', async () => {
    const app = appOf();
    const all = Array.from({ length: 3 }, () => app.open());
    await pass();
    for (const { socket } of all) socket.answers = true;
    for (const channel of app.core.channels) channel.close(4000);
    await pass();
    expect(all.map(({ record }) => record?.code)).toEqual([4000, 4000, 4000]);
  });
});

describe('the events of an app', () => {
  test('tell the life of a channel', async () => {
    const { channel, socket, events } = appOf().open();
    await pass();
    socket.leaves();
    const close = { code: 1000, reason: '', clean: true, by: 'peer' };
    expect(events).toEqual([
      { type: 'opened', channel },
      { type: 'closed', channel, close },
    ]);
  });

  test('tell of a refused handshake with what was compared', () => {
    const app = appOf();
    const facts = { url: '/x?y', rawHeaders: ['Origin', 'https://a'], host: 'b', remoteAddress: 'c', secure: false };
    const refused = { reason: 'origin', rejected: reject(403), request: new LazyRequest(facts) } as const;
    app.core.refused({ ...refused, route: app.core.routes[0] });
    app.core.refused({ ...refused, route: undefined });
    const event = { type: 'refused', reason: 'origin', status: 403, url: '/x?y', remoteAddress: 'c', host: 'b' };
    expect(app.events).toEqual([
      { ...event, route: '/', origin: 'https://a' },
      { ...event, route: undefined, origin: 'https://a' },
    ]);
  });

  test('are observed only while somebody listens', () => {
    const app = appOf(false);
    expect(app.core.observed).toBe(false);
    const subscription = app.core.events$.subscribe();
    expect(app.core.observed).toBe(true);
    subscription.unsubscribe();
    expect(app.core.observed).toBe(false);
  });
});

describe('the errors of an app', () => {
  const failure = new Error('boom');

  test('name the channel and the route, as far as they are known', () => {
    const app = appOf();
    const { channel } = app.open();
    app.core.report(failure, channel);
    app.core.report(failure, app.core.routes[0]);
    app.core.report(failure, undefined);
    expect(app.reports).toEqual([
      { error: failure, channel: channel.id, route: '/' },
      { error: failure, channel: undefined, route: '/' },
      { error: failure, channel: undefined, route: undefined },
    ]);
    expect(app.printed).toEqual([]);
  });

  test('are printed when nobody observes errors$, and are events in any case', () => {
    const app = appOf(false);
    const types: string[] = [];
    app.core.events$.subscribe(({ type }) => types.push(type));
    app.core.report(failure, undefined);
    const subscription = app.core.errors$.subscribe();
    app.core.report(failure, undefined);
    subscription.unsubscribe();
    app.core.report(failure, undefined);
    expect(app.printed).toEqual([failure, failure]);
    expect(types).toEqual(['failed', 'failed', 'failed']);
  });

  test('are printed after the end as well', () => {
    const app = appOf();
    app.core.closed();
    app.core.report(failure, undefined);
    expect(app.printed).toEqual([failure]);
  });
});

describe('the state of an app', () => {
  test('goes from open over draining to closed, and completes all streams', () => {
    const app = appOf(false);
    const seen: unknown[] = [];
    app.core.state$.subscribe({ next: (state) => seen.push(state), complete: () => seen.push('state$') });
    app.core.channels$.subscribe({ complete: () => seen.push('channels$') });
    app.core.events$.subscribe({ complete: () => seen.push('events$') });
    app.core.errors$.subscribe({ complete: () => seen.push('errors$') });
    expect([app.core.state, app.core.closing]).toEqual(['open', false]);
    app.core.draining();
    expect([app.core.state, app.core.closing]).toEqual(['draining', true]);
    app.core.closed();
    expect(seen).toEqual(['open', 'draining', 'closed', 'state$', 'channels$', 'events$', 'errors$']);
  });

  test('is told to late subscribers', () => {
    const app = appOf();
    app.core.draining();
    const seen: unknown[] = [];
    app.core.state$.subscribe((state) => seen.push(state));
    expect(seen).toEqual(['draining']);
  });
});

test('ids are unique and begin with the prefix of the process', () => {
  const app = appOf();
  const ids = new Set(Array.from({ length: 100 }, () => app.open().channel.id));
  expect(ids.size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^test-[0-9a-z]+$/);
});
