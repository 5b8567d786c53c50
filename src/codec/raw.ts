import { SluiceError, show } from '../protocol/errors.ts';
import type { Payload } from '../protocol/payload.ts';
import type { Codec } from './codec.ts';

/**
 * Messages are payloads as they come: a string travels as text, a `Uint8Array` as binary.
 *
 * ```ts
 * route('/mirror', { codec: raw() }, ({ in$ }) => in$) // text comes back as text, binary as binary
 * ```
 *
 * Bytes are not copied: leave them as they are once they are sent. Sending what is neither fails with
 * `SLUICE_CANNOT_ENCODE`: Close 1011.
 */
export function raw(): Codec<string | Uint8Array, string | Uint8Array> {
  return rawCodec;
}

const rawCodec = Object.freeze<Codec<Payload, Payload>>({
  kind: 'any',
  decode: (payload) => payload,
  encode: (message) => {
    if (typeof message === 'string' || message instanceof Uint8Array) return message;
    throw new SluiceError('SLUICE_CANNOT_ENCODE', `raw() sends a string or a Uint8Array, not ${show(message)}.`);
  },
});
