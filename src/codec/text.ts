import { SluiceError, show } from '../protocol/errors.ts';
import type { Codec } from './codec.ts';

/**
 * Messages are strings and travel as text. This is the codec of a route that names none.
 *
 * ```ts
 * route('/echo', { codec: text() }, ({ in$ }) => in$)
 * ```
 *
 * A binary message is Close 1003. Sending what is no string fails with `SLUICE_CANNOT_ENCODE`: Close 1011.
 */
export function text(): Codec<string, string> {
  return textCodec;
}

const textCodec = Object.freeze<Codec<string, string>>({
  kind: 'text',
  decode: (payload: string) => payload,
  encode: (message) => {
    if (typeof message === 'string') return message;
    throw new SluiceError('SLUICE_CANNOT_ENCODE', `text() sends strings, not ${show(message)}.`);
  },
});
