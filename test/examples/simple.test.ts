import { type App, sluice } from 'sluice';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clockRoute } from '../../examples/clock.ts';
import { echoRoute } from '../../examples/echo.ts';
import { greetRoute } from '../../examples/greet.ts';
import { helloRoute } from '../../examples/hello.ts';
import { openWs } from '../support/ws-client.ts';

describe('the routes over a real connection', () => {
  let app: App;
  let url: string;

  beforeEach(async () => {
    app = sluice([greetRoute, helloRoute, echoRoute, clockRoute]);
    const { port } = await app.listen(0, '127.0.0.1');
    url = `ws://127.0.0.1:${port}`;
  });
  afterEach(() => app.close());

  test('/greet says Hello!, prints a message and stays open until the peer closes', async () => {
    const print = vi.spyOn(console, 'log').mockReturnValue();
    const peer = await openWs(`${url}/greet`);
    expect(await peer.received(1)).toEqual(['Hello!']);
    peer.ws.send('a');
    await vi.waitFor(() => expect(print).toHaveBeenCalledWith('a'));
    expect(peer.ws.readyState).toBe(peer.ws.OPEN);
    peer.ws.close(4000);
    expect(await peer.closed).toMatchObject({ code: 4000 });
    print.mockRestore();
  });

  test('/hello says Hello! and closes with 1000', async () => {
    const peer = await openWs(`${url}/hello`);
    expect(await peer.received(1)).toEqual(['Hello!']);
    expect(await peer.closed).toEqual({ code: 1000, reason: '' });
  });

  test('/echo sends text back as text and bytes as bytes', async () => {
    const peer = await openWs(`${url}/echo`);
    peer.ws.send('Grüße');
    peer.ws.send(Uint8Array.of(1, 2));
    expect(await peer.received(2)).toEqual(['Grüße', Buffer.of(1, 2)]);
  });

  test('/clock sends the time at once', async () => {
    const peer = await openWs(`${url}/clock`);
    const [time] = await peer.received(1);
    expect(Math.abs(Date.now() - Date.parse(String(time)))).toBeLessThan(10_000);
  });
});
