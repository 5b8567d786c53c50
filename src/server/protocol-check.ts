import { type HeaderFields, isToken } from '../protocol/header.ts';
import type { LazyRequest } from '../protocol/request.ts';
import { reject } from '../protocol/verdict.ts';
import { Refusal } from './refusal.ts';

/** RFC 9112 section 3.2: a name or an address, and a port. */
const authority = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\,]+)(:\d*)?$/i;

/** RFC 6455 section 4.2.1, and what `ws` lets pass: HTTP/1.0, no `Host` or two, a version like `013`. */
export function checkProtocol(method: string, httpVersion: string, request: LazyRequest): void {
  if (method !== 'GET') throw malformed(405, 'A WebSocket handshake is a GET.', { Allow: 'GET' });
  if (httpVersion !== '1.1') throw malformed(400, 'A WebSocket handshake needs HTTP/1.1.');
  const host = request.field('host');
  if (host === undefined || isList(host, request, 'host')) throw malformed(400, 'A WebSocket handshake has one Host.');
  if (!authority.test(host) || !authority.test(request.host)) throw malformed(400, 'The Host is not valid.');
  if (request.field('upgrade')?.trim().toLowerCase() !== 'websocket')
    throw malformed(400, 'The Upgrade is not to websocket.');
  if (request.field('sec-websocket-version')?.trim() !== '13') throw malformed(426, 'The WebSocket version is 13.');
  if (!keyOf16Bytes.test(request.field('sec-websocket-key')?.trim() ?? ''))
    throw malformed(400, 'The Sec-WebSocket-Key is not 16 bytes.');
  if (isList(request.origin, request, 'origin')) throw malformed(400, 'A WebSocket handshake has one Origin.');
  const length = request.field('content-length')?.trim() || '0';
  if (length !== '0' || request.field('transfer-encoding')?.trim()) throw malformed(400, 'A handshake has no body.');
  if (request.field('sec-websocket-protocol') !== undefined) checkOffered(request.subprotocols);
}

/** Whether there are several lines of a header. Neither a host nor an origin has a comma in it. */
function isList(value: string | undefined, request: LazyRequest, name: string): boolean {
  return value?.includes(',') === true && request.values(name).length > 1;
}

const keyOf16Bytes = /^[+/0-9A-Za-z]{22}==$/;

function checkOffered(names: readonly string[]): void {
  if (names.length === 0) throw malformed(400, 'The Sec-WebSocket-Protocol is empty.');
  if (names.every((name) => isToken(name)) && new Set(names).size === names.length) return;
  throw malformed(400, 'The Sec-WebSocket-Protocol is not a list of different names.');
}

function malformed(status: number, body: string, headers: HeaderFields = {}): Refusal {
  return new Refusal('malformed', reject(status, body, headers));
}
