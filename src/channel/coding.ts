import { type Codec, InvalidMessage } from '../codec/codec.ts';
import { type Close, CloseError, cutReason } from '../protocol/close.ts';
import { SluiceError, show } from '../protocol/errors.ts';
import type { Payload } from '../protocol/payload.ts';
import type { InvalidProblem } from './events.ts';
import { isPromiseLike } from './promise-like.ts';

/** Whether a payload is of the kind that the codec takes. */
export function isOfKind(kind: Codec<unknown, unknown>['kind'], payload: unknown): payload is Payload {
  if (typeof payload === 'string') return kind !== 'binary';
  return payload instanceof Uint8Array && kind !== 'text';
}

/** Decodes; an answer that is not there yet is a Promise of ours, whatever thenable the codec uses. */
export function decodeWith(codec: Codec<unknown, unknown>, payload: Payload): unknown {
  return settledOrPromise(codec.decode(payload));
}

/** Encodes. Throws or rejects with `SLUICE_CANNOT_ENCODE` where the codec gives anything but its kind of payload. */
export function encodeWith(codec: Codec<unknown, unknown>, message: unknown): Payload | Promise<Payload> {
  const encoded = settledOrPromise(codec.encode(message));
  return encoded instanceof Promise ? encoded.then((payload) => check(codec, payload)) : check(codec, encoded);
}

/** What is wrong with a payload that could not be decoded, and the Close that it deserves (RFC 6455 section 7.4.1). */
export function refusal(payload: Payload, cause: unknown): { problem: InvalidProblem; close: Close } {
  if (cause instanceof InvalidMessage) {
    const problem = { payload, value: cause.value, issues: cause.issues, cause };
    return { problem, close: { code: 1008, reason: cutReason(cause.message) } };
  }
  if (cause instanceof CloseError) return { problem: { payload, cause }, close: cause };
  return { problem: { payload, cause }, close: { code: 1007, reason: 'not decodable' } };
}

function check(codec: Codec<unknown, unknown>, payload: unknown): Payload {
  if (isOfKind(codec.kind, payload)) return payload;
  throw new SluiceError('SLUICE_CANNOT_ENCODE', `A codec of kind '${codec.kind}' encoded to ${show(payload)}.`);
}

function settledOrPromise(value: unknown): unknown {
  return isPromiseLike(value) ? Promise.resolve(value) : value;
}
