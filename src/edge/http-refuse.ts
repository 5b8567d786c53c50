import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../channel/clock.ts';
import type { Rejected } from '../protocol/verdict.ts';

/** How long a refused peer may take to read its answer. */
const readingTime = 2_000;

/**
 * Answers a handshake with a complete HTTP response instead of a 101, and ends the connection.
 *
 * @param method An answer to HEAD has no body.
 */
export function refuse(socket: Duplex, method: string | undefined, rejected: Rejected, clock: Clock): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  // Unread input would make the kernel reset the connection, and the answer be lost.
  socket.resume();
  const timer = clock.after(readingTime, () => socket.destroy());
  socket.once('close', () => timer.cancel());
  socket.end(response(rejected, method));
}

/** The whole answer as text; the fields that HTTP itself needs are ours. */
export function response({ status, body, lines }: Rejected, method?: string): string {
  const reason = STATUS_CODES[status] ?? '';
  const content = `${body ?? (reason || status)}\n`;
  const typed = lines.some(([name]) => name.toLowerCase() === 'content-type');
  // RFC 6455 section 4.4, RFC 9110 section 15.5.22: what the peer is to come back with.
  const needed = ['Upgrade: websocket', 'Connection: Upgrade, close', 'Sec-WebSocket-Version: 13'];
  const upgrade = status === 426 ? needed : ['Connection: close'];
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    ...upgrade,
    ...(typed ? [] : ['Content-Type: text/plain; charset=utf-8']),
    `Content-Length: ${Buffer.byteLength(content)}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ];
  return `${head.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : content}`;
}
