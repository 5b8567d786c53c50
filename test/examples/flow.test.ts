import { lastValueFrom, type Observable, of, take, toArray } from 'rxjs';
import type { Pressure, Route } from 'sluice';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { allPricesRoute, type Book, prices, pricesRoute } from '../../examples/prices.ts';
import { rows, rowsRoute } from '../../examples/rows.ts';
import { slow, slowRoute } from '../../examples/slow.ts';
import { FakeSocket } from '../support/fake-socket.ts';
import { FakeApp, inVirtualTime, type Opened, pass } from '../support/serve-fake.ts';
import { listening } from '../support/server.ts';
import { openWs } from '../support/ws-client.ts';

describe('the handlers as functions', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('slow answers each message, in their order', async () => {
    const answers$ = slow({ in$: of('a', 'bb', 'ccc', 'dddd', 'eeeee') } as never) as Observable<string>;
    const lengths = [1, 2, 3, 4, 5];
    expect(await lastValueFrom(answers$.pipe(toArray()))).toEqual(
      lengths.map((length) => `Done: ${length} characters`),
    );
  });

  test('rows makes a row when it is asked for one', () => {
    const [first, second] = rows({} as never) as Iterable<string>;
    expect([first?.slice(0, 6), second?.slice(0, 6), second?.length]).toEqual(['row 1.', 'row 2.', 1_024]);
  });

  test('prices sends the book of each symbol a hundred times a second', () => {
    vi.useFakeTimers();
    const symbols: string[] = [];
    const books$ = prices({} as never) as Observable<Book>;
    books$.pipe(take(60)).subscribe(({ symbol }) => symbols.push(symbol));
    vi.advanceTimersByTime(20);
    expect(symbols).toHaveLength(40);
    expect(new Set(symbols).size).toBe(20);
    vi.advanceTimersByTime(10);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('to a peer that does not read', () => {
  inVirtualTime();

  /** Opens a route over a socket that nobody reads. */
  function openDeaf(route: Route): { socket: FakeSocket; opened: Opened; pressure: () => Pressure | undefined } {
    const socket = new FakeSocket();
    socket.reads = false;
    const opened = new FakeApp([route]).open(socket);
    let last: Pressure | undefined;
    opened.channel.pressure$.subscribe((pressure) => {
      last = pressure;
    });
    return { socket, opened, pressure: () => last };
  }

  test('rows waits, and goes on where it was', async () => {
    const { socket, opened, pressure } = openDeaf(rowsRoute);
    await pass(100);
    expect(pressure()).toMatchObject({ saturated: true, unsentBytes: 65_536, dropped: 0 });
    socket.takes();
    await pass(100);
    expect(socket.sent.map((row) => String(row).replaceAll('.', ''))).toEqual(
      Array.from({ length: 128 }, (_, index) => `row ${index + 1}`),
    );
    opened.channel.close();
    socket.vanishes();
    await pass();
  });

  test('prices keeps the newest book of each symbol, and drops the others', async () => {
    const { socket, opened, pressure } = openDeaf(pricesRoute);
    const newest = new Map<string, Book>();
    opened.channel.out.subscribe((book) => newest.set((book as Book).symbol, book as Book));
    await pass(2_000);
    expect(pressure()).toMatchObject({ saturated: true });
    expect(pressure()?.unsentBytes).toBeLessThan(100_000);
    // Of 200 books of each symbol the first few were sent, and one waits.
    expect(pressure()?.dropped).toBe(200 * 20 - socket.sent.length - 20);
    const before = socket.sent.length;
    socket.takes();
    await pass();
    const waited = socket.sent.slice(before).map((book) => JSON.parse(String(book)) as Book);
    expect(waited.sort(bySymbol)).toEqual([...newest.values()].sort(bySymbol));
    expect(opened.record).toBeUndefined();
    socket.vanishes();
    await pass();
  });

  test('prices without a policy closes with 1013', async () => {
    const { opened } = openDeaf(allPricesRoute);
    await pass(10_000);
    expect(opened.record).toMatchObject({ code: 1013, reason: 'too slow', by: 'overflow' });
  });
});

const bySymbol = (one: Book, other: Book): number => one.symbol.localeCompare(other.symbol);

test('slow holds back a peer that sends faster than it works, and answers everything', async () => {
  const { app, url, events } = await listening([slowRoute]);
  const peer = await openWs(url('/slow'));
  const [channel] = app.channels;
  const seen: Pressure[] = [];
  channel?.pressure$.subscribe((pressure) => seen.push(pressure));
  const lengths = Array.from({ length: 300 }, (_, index) => 16_000 + index);
  for (const length of lengths) peer.ws.send('x'.repeat(length));
  expect(await peer.received(300)).toEqual(lengths.map((length) => `Done: ${length} characters`));
  expect(Math.max(...seen.map(({ inWork }) => inWork))).toBe(64);
  expect(Math.max(...seen.map(({ waiting }) => waiting))).toBeLessThan(64);
  expect(events.map(({ type }) => type)).toContain('paused');
  await vi.waitFor(() => expect(seen.at(-1)).toMatchObject({ inWork: 0, waiting: 0, paused: false, dropped: 0 }));
});
