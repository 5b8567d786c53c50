import { lastValueFrom, type Observable, of, Subject, toArray } from 'rxjs';
import { type App, sluice } from 'sluice';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clock, clockRoute } from '../../examples/clock.ts';
import { echo, echoRoute } from '../../examples/echo.ts';
import { greet, greetRoute } from '../../examples/greet.ts';
import { hello, helloRoute } from '../../examples/hello.ts';
import { openWs } from '../support/ws-client.ts';

/** A handler is a function: whatever it does not use of its channel can be left out. */
const answerOf = <Out>(handler: (channel: never) => unknown, in$: Observable<unknown>) =>
  handler({ in$ } as never) as Observable<Out>;

describe('the handlers as functions', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test('greet says Hello!, prints what comes in and stays open as long as its input', () => {
    const print = vi.spyOn(console, 'log').mockReturnValue();
    const in$ = new Subject<string>();
    const seen: string[] = [];
    answerOf<string>(greet, in$).subscribe({ next: (text) => seen.push(text), complete: () => seen.push('end') });
    in$.next('a');
    in$.next('b');
    expect(seen).toEqual(['Hello!']);
    expect(print.mock.calls).toEqual([['a'], ['b']]);
    in$.complete();
    expect(seen).toEqual(['Hello!', 'end']);
  });

  test('hello says Hello! and ends without reading', async () => {
    const in$ = new Subject<string>();
    expect(await lastValueFrom(answerOf<string>(hello, in$).pipe(toArray()))).toEqual(['Hello!']);
    expect(in$.observed).toBe(false);
  });

  test('echo sends what comes in', async () => {
    const bytes = Uint8Array.of(1, 2);
    expect(await lastValueFrom(answerOf(echo, of('a', bytes)).pipe(toArray()))).toEqual(['a', bytes]);
  });

  test('clock tells the time at once and every second, until it is unsubscribed', () => {
    vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) });
    const times: string[] = [];
    const subscription = answerOf<string>(clock, of()).subscribe((time) => times.push(time));
    vi.advanceTimersByTime(2_500);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    expect(times).toEqual(['2030-01-01T00:00:00.000Z', '2030-01-01T00:00:01.000Z', '2030-01-01T00:00:02.000Z']);
  });
});

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
