import type { IncomingMessage } from 'node:http';
import type { RefusalReason } from '../../src/channel/events.ts';
import { type Attempt, handshake, type Interruption, type Opened, type Outcome } from '../../src/server/handshake.ts';
import type { FakeApp } from './serve-fake.ts';

/** The header fields of a good handshake. */
export const goodFields: Readonly<Record<string, string>> = {
  Host: 'example.com',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

/** An attempt that passes, but for what is changed; a field that is `undefined` is left out. */
export function attemptOf(
  changes: Partial<Attempt> = {},
  fields: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): Attempt {
  const rawHeaders = Object.entries({ ...goodFields, ...fields }).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().flatMap((line) => [name, line]),
  );
  const forwarded = (): ReturnType<Attempt['forwarded']> => ({
    host: 'example.com',
    remoteAddress: '192.0.2.1',
    secure: false,
  });
  const incoming = {} as IncomingMessage;
  return { method: 'GET', httpVersion: '1.1', url: '/', rawHeaders, elapsed: 0, incoming, forwarded, ...changes };
}

/** Shakes hands; nothing interrupts it unless the test does. */
export async function shake(
  app: FakeApp,
  attempt: Attempt = attemptOf(),
  interrupted: Promise<Interruption> = new Promise(() => {}),
): Promise<Outcome> {
  return handshake(app.core, attempt, () => interrupted);
}

/** What an outcome comes to: `'opened'`, or the reason and the status of the refusal. */
export function summary(outcome: Outcome): 'opened' | readonly [RefusalReason, number] {
  return 'rejected' in outcome ? [outcome.reason, outcome.rejected.status] : 'opened';
}

export function openedOf(outcome: Outcome): Opened {
  if ('rejected' in outcome) throw new Error(`Refused: ${outcome.reason}, ${outcome.rejected.status}.`);
  return outcome;
}
