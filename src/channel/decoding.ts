import type { Codec } from '../codec/codec.ts';
import { refused } from '../flow/inbound.ts';
import type { Close } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import type { ServerChannel } from './channel.ts';
import { decodeWith, isOfKind, refusal } from './coding.ts';
import type { ChannelEvent } from './events.ts';
import type { ChannelSettings } from './settings.ts';

/** What decoding needs of its channel. */
export interface DecodingHost {
  readonly channel: ServerChannel;
  readonly observed: boolean;
  emit(event: ChannelEvent): void;
  readonly life: { end(ending: 'refused', close: Close, cause?: unknown): unknown };
  accept(message: unknown): void;
  fail(error: unknown): void;
  /** Counts a message that `invalid` skips or answers; its event is `invalid`, not `dropped`. */
  skipped(): void;
}

/** Turns payloads into messages, and does what the option `invalid` says with those that the codec refuses. */
export class Decoding {
  readonly #host: DecodingHost;
  readonly #codec: Codec<unknown, unknown>;
  readonly #invalid: ChannelSettings['invalid'];

  constructor(host: DecodingHost, codec: Codec<unknown, unknown>, invalid: ChannelSettings['invalid']) {
    this.#host = host;
    this.#codec = codec;
    this.#invalid = invalid;
  }

  /** Never throws and never rejects: a refused payload is dealt with here. */
  decode(payload: Payload): unknown {
    if (!isOfKind(this.#codec.kind, payload)) {
      this.#host.life.end('refused', { code: 1003, reason: `${this.#codec.kind} only` });
      return refused;
    }
    try {
      const message = decodeWith(this.#codec, payload);
      return message instanceof Promise ? message.catch((cause) => this.#refuse(payload, cause)) : message;
    } catch (cause) {
      return this.#refuse(payload, cause);
    }
  }

  #refuse(payload: Payload, cause: unknown): typeof refused {
    const { problem, close } = refusal(payload, cause);
    if (this.#host.observed) this.#host.emit({ type: 'invalid', channel: this.#host.channel, problem });
    if (this.#invalid === 'close') {
      this.#host.life.end('refused', close, cause);
      return refused;
    }
    this.#host.skipped();
    if (this.#invalid === 'skip') return refused;
    try {
      const answer: unknown = this.#invalid(problem, this.#host.channel as never);
      if (answer !== undefined) this.#host.accept(answer);
    } catch (error) {
      this.#host.fail(error);
    }
    return refused;
  }
}
