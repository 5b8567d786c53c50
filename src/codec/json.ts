import type { StandardSchemaV1 } from '@standard-schema/spec';
import { SluiceError, show } from '../protocol/errors.ts';
import { type Codec, InvalidMessage, type Issue } from './codec.ts';

/** The schemas of a JSON codec: any validator that speaks Standard Schema (zod, valibot, arktype and more). */
export interface JsonSchemas<
  InSchema extends StandardSchemaV1 = StandardSchemaV1,
  OutSchema extends StandardSchemaV1 = StandardSchemaV1,
> {
  /** Every message that comes in must pass it; the handler sees its output. @default none: whatever JSON holds */
  readonly in?: InSchema;
  /** Every message that goes out must pass it; the peer sees its output. @default none: whatever JSON can hold */
  readonly out?: OutSchema;
  /** Some schemas have an `in` and an `out` of their own: a schema in the place of this object must not compile. */
  readonly '~standard'?: never;
}

/**
 * Messages are JSON values and travel as text.
 *
 * ```ts
 * json()                                 // unknown in, unknown out
 * json<Say, Said>()                      // these types, unchecked: for peers that you trust
 * json({ in: SaySchema })                // what comes in is checked
 * json({ in: SaySchema, out: SaidSchema })
 * ```
 *
 * The handler receives the *output* of the `in` schema and sends the *input* of the `out` schema; the wire carries the
 * output of the `out` schema. A synchronous schema answers at once, an asynchronous one with a Promise.
 *
 * Bad JSON is a `SyntaxError` (Close 1007); what the `in` schema refuses is an `InvalidMessage` (Close 1008).
 * `SLUICE_CANNOT_ENCODE` (Close 1011) is a message that the `out` schema refuses (its `cause` is an `InvalidMessage`),
 * and one that `JSON.stringify` has no text for: `undefined`, a function, a symbol, a cycle, a BigInt.
 *
 * Throws `SLUICE_BAD_OPTION` for what is no schema and `SLUICE_UNKNOWN_OPTION` for another name than `in` and `out`.
 */
export function json<In = unknown, Out = unknown>(): Codec<In, Out>;
export function json<
  InSchema extends StandardSchemaV1 = StandardSchemaV1,
  OutSchema extends StandardSchemaV1 = StandardSchemaV1,
>(
  schemas: JsonSchemas<InSchema, OutSchema>,
): Codec<StandardSchemaV1.InferOutput<InSchema>, StandardSchemaV1.InferInput<OutSchema>>;
export function json(schemas: JsonSchemas = {}): Codec<unknown, unknown> {
  checkSchemas(schemas);
  const { in: inSchema, out: outSchema } = schemas;
  return Object.freeze<Codec<unknown, unknown>>({
    kind: 'text',
    decode: (payload: string) => {
      const value: unknown = JSON.parse(payload);
      return inSchema === undefined ? value : passed(inSchema, value, refusedInput);
    },
    encode: (message) => {
      if (outSchema === undefined) return stringify(message);
      const value = passed(outSchema, message, refusedOutput);
      return value instanceof Promise ? value.then(stringify) : stringify(value);
    },
  });
}

type Refusal = (value: unknown, issues: readonly Issue[]) => Error;

/** What a schema makes of a value, a Promise of it where the schema is asynchronous. */
function passed(schema: StandardSchemaV1, value: unknown, refusal: Refusal): unknown | Promise<unknown> {
  const result = schema['~standard'].validate(value);
  // Any thenable is waited for: taken for a result it would have no issues, and pass.
  if ('then' in result) return Promise.resolve(result).then((settled) => output(settled, value, refusal));
  return output(result, value, refusal);
}

function output(result: StandardSchemaV1.Result<unknown>, value: unknown, refusal: Refusal): unknown {
  if (result.issues) throw refusal(value, result.issues);
  return result.value;
}

function refusedInput(value: unknown, issues: readonly Issue[]): InvalidMessage {
  return new InvalidMessage(value, issues);
}

function refusedOutput(message: unknown, issues: readonly Issue[]): SluiceError {
  const cause = new InvalidMessage(message, issues);
  const what = `The out schema of json() refuses ${show(message)}: ${cause.message}.`;
  return new SluiceError('SLUICE_CANNOT_ENCODE', what, { cause });
}

function stringify(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new SluiceError('SLUICE_CANNOT_ENCODE', `JSON cannot hold ${show(value)}.`, { cause });
  }
  if (text === undefined) throw new SluiceError('SLUICE_CANNOT_ENCODE', `JSON has no text for ${show(value)}.`);
  return text;
}

/** A misspelt name would leave messages unchecked, so it is refused when the codec is made. */
function checkSchemas(schemas: JsonSchemas): void {
  if (typeof schemas !== 'object' || schemas === null || '~standard' in schemas) {
    throw new SluiceError(
      'SLUICE_BAD_OPTION',
      `json() takes { in, out }, not ${isSchema(schemas) ? 'a schema' : show(schemas)}.`,
    );
  }
  for (const [name, schema] of Object.entries(schemas)) {
    if (name !== 'in' && name !== 'out') {
      throw new SluiceError('SLUICE_UNKNOWN_OPTION', `json() has no option ${show(name)}.`);
    }
    if (schema !== undefined && !isSchema(schema)) {
      throw new SluiceError(
        'SLUICE_BAD_OPTION',
        `The option ${name} of json() takes a Standard Schema, not ${show(schema)}.`,
      );
    }
  }
}

// A schema of arktype is a function.
function isSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard: unknown = '~standard' in value ? value['~standard'] : undefined;
  return typeof standard === 'object' && standard !== null && 'validate' in standard;
}
