import { take } from 'rxjs';
import type { Pressure } from '../../src/channel/channel.ts';
import type { Overflow } from '../../src/flow/overflow.ts';
import { type Opened, serveFake } from './serve-fake.ts';

/** Marks that a few letters reach. */
export const marks = { outHighWater: 10, outLowWater: 5, outCeiling: 30 };
/** Ten bytes. */
export const first = 'saturates!';

/** A peer that does not read, and a message of ten bytes that is in the socket already: room for four of five bytes. */
export function saturated(
  overflow: Overflow<never> | undefined,
  options: Readonly<Record<string, unknown>> = {},
): Opened {
  const opened = serveFake(() => {}, { ...marks, overflow, ...options });
  opened.socket.reads = false;
  send(opened, first);
  return opened;
}

/** Pushes messages into the channel. */
export function send({ channel }: Opened, ...messages: readonly unknown[]): void {
  for (const message of messages) channel.out.next(message);
}

/** The peer reads again. Answers what it gets besides the message that saturated the channel. */
export function drain({ socket }: Opened): unknown[] {
  while (socket.bufferedBytes > 0) socket.takes();
  return socket.sent.filter((payload) => payload !== first);
}

/** How much the channel holds now. */
export function pressureOf({ channel }: Opened): Pressure {
  let pressure: Pressure | undefined;
  channel.pressure$.pipe(take(1)).subscribe((now) => {
    pressure = now;
  });
  return pressure as Pressure;
}

/** `'a1'` has the key `a`, `'!1'` has none. */
export const key = (message: string): string | undefined => (message.startsWith('!') ? undefined : message[0]);
