import type { WebSocket } from 'ws';
import { type RecordedEvent, readRecording } from '../marble/recording.ts';
import { RecordingTape } from '../marble/recording-tape.ts';
import { Conversation } from './conversation.ts';
import { dial, Refused } from './dial.ts';
import { shownMessage } from './shown-message.ts';
import { clearProgress, progress } from './terminal.ts';

const party = '1';

/** Connects, and answers what was recorded when the connection is over. */
export async function recordClient(
  url: URL,
  values: Parameters<typeof dial>[1],
  ms: number | undefined,
): Promise<RecordedEvent[]> {
  const lines: string[] = [];
  const tape = new RecordingTape({ write: (line) => lines.push(line) }, () => performance.now());
  const connected = (): void => tape.connect(party, `${url.pathname}${url.search}`, values.protocol, Date.now());
  let heard: Heard = () => {};
  const ws = await dial(url, values, (ws) => {
    ws.once('open', connected);
    listen(ws, tape, (shown) => heard(shown));
  }).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error;
    connected();
    tape.event(party, 'wire', { kind: 'reject', status: error.status });
    return undefined;
  });
  if (ws === undefined) return readRecording(lines.join(''));
  const conversation = new Conversation(ws, {
    hear: (line) => {
      tape.message(party, 'in', line);
      ws.send(line);
    },
    closing: (code, reason) => tape.event(party, 'in', { kind: 'close', code, reason }),
  });
  heard = (shown) => {
    conversation.heard();
    if (process.stdin.isTTY && process.stdout.isTTY) conversation.print(shown);
    else progress(`Recording: ${lines.length} events. Ctrl-C ends it.`);
  };
  const timer = ms === undefined ? undefined : setTimeout(() => conversation.close(), ms);
  await conversation.over;
  clearTimeout(timer);
  conversation.end();
  clearProgress();
  return readRecording(lines.join(''));
}

/** Is told of each message that has come. */
type Heard = (shown: string) => void;

function listen(ws: WebSocket, tape: RecordingTape, heard: Heard): void {
  ws.on('message', (data: Buffer, isBinary) => {
    tape.message(party, 'wire', isBinary ? data : data.toString());
    heard(shownMessage(data, isBinary));
  });
  ws.on('ping', () => {
    tape.event(party, 'wire', { kind: 'ping' });
    tape.event(party, 'in', { kind: 'pong' });
  });
  ws.on('close', (code, reason) => {
    if (code === 1006) tape.event(party, 'wire', { kind: 'lost' });
    else tape.event(party, 'wire', { kind: 'close', code, reason: reason.toString() });
  });
}
