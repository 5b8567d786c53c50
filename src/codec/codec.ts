import type { Payload } from '../protocol/payload.ts';

/**
 * How payloads become messages and messages become payloads.
 *
 * ```ts
 * const csv: Codec<string[], string[]> = {
 *   kind: 'text',
 *   decode: (line: string) => line.split(','),
 *   encode: (cells) => cells.join(','),
 * };
 * ```
 *
 * `decode` throws when it cannot read a payload: Close 1007. It throws `InvalidMessage` when it can read it and will
 * not have it: Close 1008. It throws a `CloseError` to choose. `encode` throws when a message has no payload: Close
 * 1011. Both functions may answer a Promise; order is kept.
 */
export interface Codec<In, Out> {
  /** The payloads that may come in and must go out: another kind coming in is Close 1003. */
  readonly kind: 'text' | 'binary' | 'any';
  /** Is given payloads of its kind only: strings for `'text'`, bytes for `'binary'`. */
  decode(payload: Payload): In | Promise<In>;
  encode(message: Out): Payload | Promise<Payload>;
}

/** One thing that a schema has against a value (the shape is Standard Schema's). */
export interface Issue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

/** Thrown by a codec's `decode` for a message that was read and is not acceptable: Close 1008. */
export class InvalidMessage extends Error {
  override readonly name = 'InvalidMessage';
  /** The value that was read. */
  readonly value: unknown;
  readonly issues: readonly Issue[];

  constructor(value: unknown, issues: readonly Issue[]) {
    super(issues[0]?.message ?? 'not acceptable');
    this.value = value;
    this.issues = issues;
  }
}
