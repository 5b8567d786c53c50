import type { Connection, Step } from './any-connection.ts';
import { type Outcome, play } from './play-connection.ts';

/**
 * Plays a connection twice, read by `ws` alone and by the edge; answers what differs and should not. There is one
 * difference that has to be: the edge closes with 1007 as soon as a text cannot become UTF-8 any more.
 */
export async function compareReading(connection: Connection): Promise<string | undefined> {
  const [ws, edge] = await Promise.all([play(connection, 'ws'), play(connection, 'edge')]);
  const difference = differenceOf(ws, edge);
  const chunks = connection.steps.filter((step) => typeof step !== 'string');
  const stream = Buffer.concat(chunks);
  if (difference === undefined) {
    const isOver = edge.log.some((entry) => /^(violated|closing)/.test(entry));
    return !isOver && isAllRead(connection) && hasBrokenText(stream) ? 'broken UTF-8 passed' : undefined;
  }
  if (!isEarlierUtf8(ws, edge)) return difference;
  const at = edge.violatedAt ?? stream.length;
  if (!hasBrokenText(stream.subarray(0, at))) return `the edge gave up, and not for broken UTF-8\n${difference}`;
  const last = chunks.findIndex((_, index) => Buffer.concat(chunks.slice(0, index + 1)).length === at);
  const before = Buffer.concat(chunks.slice(0, last));
  return isTimed(connection) && isAllRead(connection) && hasBrokenText(before)
    ? 'broken UTF-8 was refused late'
    : undefined;
}

/** Nothing holds chunks back, and nothing but the peer or a violation ends the connection. */
function isAllRead({ steps, during, maxPendingAutoPongs }: Connection): boolean {
  const isPlain = (step: Step): boolean => typeof step !== 'string' || step === 'turn' || step === 'end';
  return during === undefined && maxPendingAutoPongs === 0 && steps.every(isPlain);
}

/** No chunk comes in the same turn as the one before. */
function isTimed({ steps }: Connection): boolean {
  return steps.every((step, index) => typeof step === 'string' || (steps[index - 1] ?? 'turn') === 'turn');
}

function differenceOf(ws: Outcome, edge: Outcome): string | undefined {
  const shown = (outcome: Outcome): string =>
    JSON.stringify([outcome.log, outcome.written.toString('hex'), outcome.ended]);
  return shown(ws) === shown(edge) ? undefined : `ws:   ${shown(ws)}\nedge: ${shown(edge)}`;
}

/** Whether the edge has given up with 1007, and all that came before is the same. */
function isEarlierUtf8(ws: Outcome, edge: Outcome): boolean {
  const found = edge.log.findIndex((entry) => entry.startsWith('violated 1007 WS_ERR_INVALID_UTF8'));
  // Where the connection is gone before the violation is told, nobody hears of it.
  const at = found < 0 && edge.violatedAt === undefined ? edge.log.indexOf('gone') : found;
  if (at < 0 || edge.log.slice(0, at).some((entry, index) => ws.log[index] !== entry)) return false;
  if (edge.log.slice(at + 1).some((entry) => entry !== 'gone')) return false;
  // Where we have sent a Close by ourselves no second one follows.
  const close = [closeFromServer(1007), closeFromServer(4000, 'ours')].find((frame) => endsWith(edge.written, frame));
  const before = edge.written.subarray(0, edge.written.length - (close?.length ?? 0));
  return ws.written.subarray(0, before.length).equals(before);
}

function endsWith(bytes: Buffer, end: Buffer): boolean {
  return bytes.subarray(-end.length).equals(end);
}

function closeFromServer(code: number, reason = ''): Buffer {
  const payload = Buffer.from(`..${reason}`);
  payload.writeUInt16BE(code);
  return Buffer.concat([Buffer.of(0x88, payload.length), payload]);
}

/** Whether a stream of frames has a text in it that cannot become UTF-8. Slow, simple, and by other means. */
export function hasBrokenText(stream: Buffer): boolean {
  let text: Buffer[] | undefined;
  for (let at = 0; at + 2 <= stream.length; ) {
    const [first, second] = [stream.readUInt8(at), stream.readUInt8(at + 1)];
    const form = second & 0x7f;
    const maskAt = at + (form === 126 ? 4 : form === 127 ? 10 : 2);
    if (maskAt + 4 > stream.length) return false;
    const length =
      form === 126 ? stream.readUInt16BE(at + 2) : form === 127 ? Number(stream.readBigUInt64BE(at + 2)) : form;
    const mask = stream.subarray(maskAt, maskAt + 4);
    const payload = stream.subarray(maskAt + 4, maskAt + 4 + length).map((byte, i) => byte ^ (mask[i & 3] ?? 0));
    const opcode = first & 0x0f;
    if (opcode === 8) return false;
    if (opcode === 1) text = [];
    if (opcode < 2) text?.push(Buffer.from(payload));
    const isWhole = payload.length === length;
    const isLast = opcode < 2 && first >= 0x80 && isWhole;
    if (text !== undefined && !canBecomeUtf8(Buffer.concat(text), isLast)) return true;
    if (isLast) text = undefined;
    if (!isWhole) return false;
    at = maskAt + 4 + length;
  }
  return false;
}

function canBecomeUtf8(bytes: Buffer, isAll: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isAll });
    return true;
  } catch {
    return false;
  }
}
