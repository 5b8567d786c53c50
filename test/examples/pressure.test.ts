import { type App, json, route } from 'sluice';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { echoRoute } from '../../examples/echo.ts';
import { pressureRoute, type Seen } from '../../examples/pressure.ts';
import { rowsRoute } from '../../examples/rows.ts';
import { RawClient } from '../support/raw-client.ts';
import { listening, type Served } from '../support/server.ts';
import { openWs, type WsClient } from '../support/ws-client.ts';

/** Takes no message at all. */
const picky = route('/picky', { codec: json({ in: z.never() }) }, ({ in$ }) => in$);

describe('the channel that watches another', () => {
  let served: Served;

  beforeEach(async () => {
    const routes = [pressureRoute((): App => served.app), echoRoute, rowsRoute, picky];
    served = await listening(routes);
  });

  const seenBy = ({ messages }: WsClient): Seen[] => messages.map((message) => JSON.parse(String(message)));
  const typesSeenBy = (watcher: WsClient) => seenBy(watcher).map(({ type }) => type);

  test('tells of its pressure and its end, and ends with it', async () => {
    const watcher = await openWs(served.url('/pressure/mine'));
    const peer = await openWs(served.url('/echo?watch=mine'));
    peer.ws.send('a');
    peer.ws.send('b');
    await peer.received(2);
    peer.ws.close(4000, 'enough');
    expect(await watcher.closed).toEqual({ code: 1000, reason: '' });
    // Pressure is told from time to time: on a busy machine also in between.
    const [opened, closed, ...others] = seenBy(watcher).filter(({ type }) => type !== 'pressure');
    expect([opened?.type, others]).toEqual(['opened', []]);
    expect(closed).toEqual({
      type: 'closed',
      close: { code: 4000, reason: 'enough', clean: true, by: 'peer' },
    });
    expect(seenBy(watcher).findLast(({ type }) => type === 'pressure')).toEqual({
      ...{ type: 'pressure', sent: 2, inWork: 0, waiting: 0 },
      ...{ unsentBytes: 0, paused: false, saturated: false, dropped: 0 },
    });
  });

  test('tells while that one is stuck', async () => {
    const watcher = await openWs(served.url('/pressure/mine'));
    const client = (await RawClient.open(served.port, '/rows?watch=mine')).deaf();
    while (!seenBy(watcher).some((seen) => seen.type === 'pressure' && seen.saturated)) {
      await watcher.received(watcher.messages.length + 1);
    }
    expect(typesSeenBy(watcher)).toContain('saturated');
    client.reset();
    await watcher.closed;
    expect(seenBy(watcher).find(({ type }) => type === 'closed')).toMatchObject({ close: { by: 'transport' } });
  });

  test('tells nothing of other channels, and of a bad message not what it holds', async () => {
    const watcher = await openWs(served.url('/pressure/mine'));
    const other = await openWs(served.url('/echo?watch=yours'));
    other.ws.close();
    await other.closed;
    const peer = await openWs(served.url('/picky?watch=mine'));
    peer.ws.send('"secret"');
    await watcher.closed;
    expect(typesSeenBy(watcher).filter((type) => type !== 'pressure')).toEqual(['opened', 'closed']);
    expect(watcher.messages.join()).not.toContain('secret');
  });
});
