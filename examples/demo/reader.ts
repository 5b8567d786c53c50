import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import type { Socket } from 'node:net';
import { distinctUntilChanged, fromEvent, interval, map, Observable, switchMap, takeUntil } from 'rxjs';
import { json, type Route, reject, route } from 'sluice';
import { z } from 'zod';

/** Bytes a second; 0 is a peer that does not read at all. */
const Rate = z.number().min(0).max(1e9);

/** The handlers that it may read from: this server's own, and not itself. */
const sources = ['/rows', '/prices', '/prices/all'];

/**
 * A peer that reads as slowly as it is told, because a page cannot stop reading a WebSocket. It connects to a handler
 * of this server by real TCP, lives as long as the channel that steers it, and tells how many bytes it has read.
 *
 * ```
 *   ws://…/reader?of=/rows&as=<name>    in: bytes a second    out: bytes read so far
 * ```
 *
 * @param base Where this server is; asked for when it listens.
 */
export const readerRoute = (base: () => string): Route =>
  route(
    '/reader',
    {
      codec: json({ in: Rate, out: z.number() }),
      guard: ({ query }) => {
        const source = query.get('of') ?? '';
        const watch = encodeURIComponent(query.get('as') ?? '');
        return sources.includes(source) ? { url: `${base()}${source}?watch=${watch}` } : reject(404);
      },
    },
    ({ in$, context }) => open(context.url).pipe(switchMap((socket) => readAt(in$, socket))),
  );

const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };

/** A Pong that nobody asked for (RFC 6455 5.5.3), masked with zeros: who reads slowly is alive. */
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/** Opens a WebSocket and leaves its bytes to others. It is destroyed when it is unsubscribed. */
const open = (url: string): Observable<Socket> =>
  new Observable((subscriber) => {
    const key = randomBytes(16).toString('base64');
    const request = get(url, { headers: { ...upgrade, 'Sec-WebSocket-Key': key } });
    request.once('error', (error) => subscriber.error(error));
    request.once('response', () => subscriber.complete());
    request.once('upgrade', (_answer, socket: Socket) => {
      const alive = setInterval(() => socket.write(pong), 10_000);
      // A reset is an `error` and then a `close`.
      socket.on('error', () => {}).once('close', () => subscriber.complete());
      subscriber.add(() => {
        clearInterval(alive);
        socket.destroy();
      });
      subscriber.next(socket);
    });
    subscriber.add(() => request.destroy());
  });

const tick = 50;

/** Reads at the newest rate, and tells how many bytes that were so far, until the socket has closed. */
function readAt(rate$: Observable<number>, socket: Socket): Observable<number> {
  let bytes = 0;
  let credit = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    credit -= chunk.length;
    if (credit <= 0) socket.pause();
  });
  socket.pause();
  return rate$.pipe(
    switchMap((rate) => interval(tick).pipe(map(() => (rate * tick) / 1_000))),
    map((more) => {
      // What was not used is not saved up.
      credit = Math.min(credit, 0) + more;
      if (credit > 0) socket.resume();
      return bytes;
    }),
    distinctUntilChanged(),
    takeUntil(fromEvent(socket, 'close')),
  );
}
