import type { Codec } from '../codec/codec.ts';
import { refused } from '../flow/inbound.ts';
import type { Close } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import type { ServerChannel } from './channel.ts';
import { decodeWith, isOfKind, refusal } from './coding.ts';
import type { ChannelEvent } from './events.ts';
import { isPromiseLike } from './promise-like.ts';
import type { ChannelSettings } from './settings.ts';

/** What decoding needs of its channel. */
export interface DecodingHost {
  readonly channel: ServerChannel;
  readonly settings: Pick<ChannelSettings, 'invalid'>;
  readonly observed: boolean;
  emit(event: ChannelEvent): void;
  readonly life: { end(ending: 'refused', close: Close, cause?: unknown): unknown };
  accept(message: unknown): void;
  fail(error: unknown): void;
  /** Counts a message that `invalid` skips or answers; its event is `invalid`, not `dropped`. */
  skipped(): void;
}

/**
 * Turns a payload into a message, and does what the option `invalid` says where the codec refuses it. Never throws and
 * never rejects: a refused payload is dealt with here.
 */
export function decodePayload(host: DecodingHost, codec: Codec<unknown, unknown>, payload: Payload): unknown {
  if (!isOfKind(codec.kind, payload)) {
    host.life.end('refused', { code: 1003, reason: `${codec.kind} only` });
    return refused;
  }
  try {
    const message = decodeWith(codec, payload);
    return message instanceof Promise ? message.catch((cause) => refuse(host, payload, cause)) : message;
  } catch (cause) {
    return refuse(host, payload, cause);
  }
}

function refuse(host: DecodingHost, payload: Payload, cause: unknown): typeof refused {
  const { invalid } = host.settings;
  const { problem, close } = refusal(payload, cause);
  if (host.observed) host.emit({ type: 'invalid', channel: host.channel, problem });
  if (invalid === 'close') {
    host.life.end('refused', close, cause);
    return refused;
  }
  host.skipped();
  if (invalid === 'skip') return refused;
  try {
    const answer: unknown = invalid(problem, host.channel as never);
    if (isPromiseLike(answer))
      answer.then(
        (value) => answerWith(host, value),
        (error) => host.fail(error),
      );
    else answerWith(host, answer);
  } catch (error) {
    host.fail(error);
  }
  return refused;
}

function answerWith(host: DecodingHost, answer: unknown): void {
  if (answer !== undefined) host.accept(answer);
}
