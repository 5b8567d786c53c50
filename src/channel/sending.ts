import type { Codec } from '../codec/codec.ts';
import type { Outbound } from '../flow/outbound.ts';
import { SluiceError, show } from '../protocol/errors.ts';
import type { ServerChannel } from './channel.ts';
import { encodeWith } from './coding.ts';
import type { ChannelSettings } from './settings.ts';

/** What sending needs of its channel. */
export interface SendingHost {
  readonly channel: ServerChannel;
  readonly settings: Pick<ChannelSettings, 'overflow'>;
  readonly outbound: Outbound;
  lost(direction: 'out', reason: 'overflow', messages: number): void;
  /** Something that `pressure$` shows has changed. */
  changed(): void;
  /** Counts the message, and closes with 1013. */
  overflowed(): void;
  fail(error: unknown): void;
}

/**
 * Encodes a message and hands it to the outbound side, unless the channel is saturated and its overflow policy does
 * otherwise. Answers whether it was accepted. Never throws: what policy or codec throw fails the channel.
 */
export function sendMessage(host: SendingHost, codec: Codec<unknown, unknown>, message: unknown): boolean {
  const { outbound } = host;
  try {
    const admission = outbound.saturated ? admissionOf(host, message) : freely;
    if (admission !== undefined) outbound.send(encodeWith(codec, message), admission.replaces);
    else tellDropped(host, codec, message);
    return admission !== undefined;
  } catch (error) {
    host.fail(error);
    return false;
  }
}

/** Tells tests of a message that is not sent; elsewhere it is never encoded. */
export function tellDropped({ outbound }: SendingHost, codec: Codec<unknown, unknown>, message: unknown): void {
  outbound.dropped?.(() => encodeWith(codec, message));
}

/** How a message is admitted: under a key, or under none. */
type Admission = { readonly replaces: unknown };

const freely: Admission = { replaces: undefined };

/** Asks the policy and does what it says. Answers nothing where the message is not to be sent. */
function admissionOf(host: SendingHost, message: unknown): Admission | undefined {
  const { outbound, settings } = host;
  const { full, unsentBytes, waiting } = outbound;
  const answer = settings.overflow(message as never, { full, unsentBytes, waiting });
  if (answer === 'evict') outbound.evict();
  if (answer === 'admit' || (answer === 'evict' && !outbound.full)) return freely;
  if (answer === 'refuse' || answer === 'evict') {
    host.lost('out', 'overflow', 1);
    host.changed();
    return undefined;
  }
  if (answer === 'close' || (hasKey(answer) && !outbound.takes(answer.replaces))) {
    host.overflowed();
    return undefined;
  }
  if (hasKey(answer)) return answer;
  throw new SluiceError(
    'SLUICE_BAD_OPTION',
    `The option overflow of the route ${host.channel.route} answered ${show(answer)}, ` +
      "not 'admit', 'refuse', 'evict', 'close' or { replaces: key }.",
  );
}

function hasKey(answer: unknown): answer is Admission {
  return typeof answer === 'object' && answer !== null && (answer as Admission).replaces !== undefined;
}
