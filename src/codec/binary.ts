import { SluiceError, show } from '../protocol/errors.ts';
import type { Codec } from './codec.ts';

/**
 * Messages are bytes and travel as binary. A Buffer is a `Uint8Array`, so both can be sent.
 *
 * ```ts
 * route('/frames', { codec: binary() }, () => camera.frames$)
 * ```
 *
 * Bytes are not copied: leave them as they are once they are sent. A text message is Close 1003. Sending what is no
 * `Uint8Array` fails with `SLUICE_CANNOT_ENCODE`: Close 1011.
 */
export function binary(): Codec<Uint8Array, Uint8Array> {
  return binaryCodec;
}

const binaryCodec = Object.freeze<Codec<Uint8Array, Uint8Array>>({
  kind: 'binary',
  decode: (payload: Uint8Array) => payload,
  encode: (message) => {
    if (message instanceof Uint8Array) return message;
    throw new SluiceError('SLUICE_CANNOT_ENCODE', `binary() sends a Uint8Array, not ${show(message)}.`);
  },
});
