import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { type Codec, InvalidMessage } from '../../src/codec/codec.ts';
import { json } from '../../src/codec/json.ts';
import { CloseError } from '../../src/protocol/close.ts';
import type { SluiceError } from '../../src/protocol/errors.ts';
import { errorOf, rejectionOf } from './error-of.ts';

interface Say {
  text: string;
}

interface Said {
  text: string;
  at: number;
}

describe('json without schemas', () => {
  test('takes and gives what JSON holds', () => {
    const codec = json();
    expect(codec.kind).toBe('text');
    expect(codec.decode('{"text":"hi","list":[1,null,true]}')).toEqual({ text: 'hi', list: [1, null, true] });
    expect(codec.decode('null')).toBeNull();
    expect(codec.encode({ text: 'hi', none: undefined })).toBe('{"text":"hi"}');
    expect(codec.encode(null)).toBe('null');
    expect(codec.encode('hi')).toBe('"hi"');
  });

  test.each(['', '{', 'undefined', "{'a':1}", '{"a":1}x', '\ufeff{}'])('throws the SyntaxError for %j', (payload) => {
    expect(errorOf(() => json().decode(payload))).toBeInstanceOf(SyntaxError);
  });

  test.each([[undefined], [() => 1], [Symbol('s')], [{ toJSON: () => undefined }]])(
    'refuses to encode what JSON.stringify has no text for: %s',
    (message) => {
      const error = errorOf(() => json().encode(message));
      expect(error).toMatchObject({ name: 'SluiceError', code: 'SLUICE_CANNOT_ENCODE' });
      expect(error).toHaveProperty('message', expect.stringContaining('JSON has no text for'));
    },
  );

  test('refuses to encode a cycle, a BigInt and a toJSON that throws, and keeps the cause', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const thrown = new RangeError('no');
    const throwing = {
      toJSON: (): never => {
        throw thrown;
      },
    };
    for (const message of [cycle, 1n, { big: [1n] }]) {
      const error = errorOf(() => json().encode(message));
      expect(error).toMatchObject({ code: 'SLUICE_CANNOT_ENCODE', cause: expect.any(TypeError) });
    }
    expect(errorOf(() => json().encode(throwing))).toMatchObject({ code: 'SLUICE_CANNOT_ENCODE', cause: thrown });
  });

  test('decodes nesting that is too deep to encode, and refuses to encode it', () => {
    const deep = json().decode(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    const error = errorOf(() => json().encode(deep));
    expect(error).toMatchObject({ code: 'SLUICE_CANNOT_ENCODE', cause: expect.any(RangeError) });
  });

  test('pollutes no prototype with __proto__ or constructor keys', () => {
    const payload = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const value = json<Record<string, unknown>>().decode(payload);
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(json().encode(value)).toBe(payload);
  });

  test('takes its types from the annotation', () => {
    expectTypeOf(json()).toEqualTypeOf<Codec<unknown, unknown>>();
    expectTypeOf(json<Say, Said>()).toEqualTypeOf<Codec<Say, Said>>();
    expectTypeOf(json<Say>()).toEqualTypeOf<Codec<Say, unknown>>();
  });
});

const zodSay = z.object({ text: z.string().min(1) });
const valibotSay = v.object({ text: v.pipe(v.string(), v.minLength(1)) });
const arktypeSay = type({ text: 'string > 0' });

describe.each<[string, StandardSchemaV1<Say, Say>]>([
  ['zod', zodSay],
  ['valibot', valibotSay],
  ['arktype', arktypeSay],
])('json with schemas of %s', (_, schema) => {
  const codec = json({ in: schema, out: schema });

  test('answers at once with what the schema accepts', () => {
    expect(codec.decode('{"text":"hi"}')).toEqual({ text: 'hi' });
    expect(codec.encode({ text: 'hi' })).toBe('{"text":"hi"}');
  });

  test('throws InvalidMessage with the value and the issues for what the in schema refuses', () => {
    const error = errorOf(() => codec.decode('{"text":""}')) as InvalidMessage;
    expect(error).toBeInstanceOf(InvalidMessage);
    expect(error).toMatchObject({ name: 'InvalidMessage', value: { text: '' } });
    expect(error.issues).toHaveLength(1);
    expect(error.issues[0]?.path).toHaveLength(1);
    expect(error.message).toBe(error.issues[0]?.message);
  });

  test('throws the SyntaxError for bad JSON before the schema sees it', () => {
    expect(errorOf(() => codec.decode('{'))).toBeInstanceOf(SyntaxError);
  });

  test('throws SLUICE_CANNOT_ENCODE with the issues for what the out schema refuses', () => {
    const error = errorOf(() => codec.encode({ text: '' })) as SluiceError;
    expect(error).toMatchObject({ name: 'SluiceError', code: 'SLUICE_CANNOT_ENCODE' });
    const cause = error.cause as InvalidMessage;
    expect(cause).toBeInstanceOf(InvalidMessage);
    expect(cause.value).toEqual({ text: '' });
    expect(cause.issues).toHaveLength(1);
    expect(error.message).toContain(`The out schema of json() refuses {"text":""}: ${cause.message}.`);
  });

  test('checks one direction when only one schema is given', () => {
    expect(json({ in: schema }).encode({ text: '' })).toBe('{"text":""}');
    expect(json({ out: schema }).decode('{"text":""}')).toEqual({ text: '' });
  });

  test('pollutes no prototype', () => {
    codec.decode('{"text":"hi","__proto__":{"polluted":1}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('json with schemas that transform', () => {
  test('receives the output of zod schemas and sends their input', () => {
    const codec = json({
      in: z.object({ at: z.string().transform((text) => new Date(text)), room: z.string().default('lobby') }),
      out: z.date().transform((date) => date.getTime()),
    });
    expectTypeOf(codec).toEqualTypeOf<Codec<{ at: Date; room: string }, Date>>();
    expect(codec.decode('{"at":"2024-05-06T00:00:00Z"}')).toEqual({ at: new Date(1714953600000), room: 'lobby' });
    expect(codec.encode(new Date(7))).toBe('7');
  });

  test('receives the output of a zod codec', () => {
    const seconds = z.codec(z.number(), z.date(), {
      decode: (value) => new Date(value * 1000),
      encode: (date) => date.getTime() / 1000,
    });
    const codec = json({ in: seconds });
    expectTypeOf(codec).toEqualTypeOf<Codec<Date, unknown>>();
    expect(codec.decode('2')).toEqual(new Date(2000));
  });

  test('receives the output of valibot schemas and sends their input', () => {
    const codec = json({
      in: v.pipe(
        v.string(),
        v.transform((text) => text.length),
      ),
      out: v.pipe(v.number(), v.transform(String)),
    });
    expectTypeOf(codec).toEqualTypeOf<Codec<number, number>>();
    expect(codec.decode('"four"')).toBe(4);
    expect(codec.encode(4)).toBe('"4"');
  });

  test('receives the output of arktype schemas and sends their input', () => {
    const codec = json({ in: type('string.numeric.parse'), out: type('string').pipe((text) => text.length) });
    expectTypeOf(codec).toEqualTypeOf<Codec<number, string>>();
    expect(codec.decode('"42"')).toBe(42);
    expect(codec.encode('four')).toBe('4');
  });

  test('refuses to encode an output that JSON has no text for', () => {
    const codec = json({ out: z.string().transform(() => undefined) });
    expect(errorOf(() => codec.encode('x'))).toMatchObject({ code: 'SLUICE_CANNOT_ENCODE' });
  });

  test('lets a CloseError of a schema through, so that it chooses the code', () => {
    const banned = new CloseError(4003, 'banned');
    const schema = v.pipe(
      v.string(),
      v.transform((): string => {
        throw banned;
      }),
    );
    expect(errorOf(() => json({ in: schema }).decode('"x"'))).toBe(banned);
    expect(errorOf(() => json({ out: schema }).encode('x'))).toBe(banned);
  });
});

const free = async (name: string): Promise<boolean> => name !== 'taken';

describe.each<[string, StandardSchemaV1<string, string>]>([
  ['zod', z.string().refine(free, 'taken')],
  ['valibot', v.pipeAsync(v.string(), v.checkAsync(free, 'taken'))],
])('json with asynchronous schemas of %s', (_, schema) => {
  const codec = json({ in: schema, out: schema });

  test('answers with a Promise', async () => {
    const decoded = codec.decode('"free"');
    const encoded = codec.encode('free');
    expect(decoded).toBeInstanceOf(Promise);
    expect(encoded).toBeInstanceOf(Promise);
    expect(await decoded).toBe('free');
    expect(await encoded).toBe('"free"');
  });

  test('rejects with InvalidMessage on decode and SLUICE_CANNOT_ENCODE on encode', async () => {
    const decoded = await rejectionOf(codec.decode('"taken"'));
    expect(decoded).toBeInstanceOf(InvalidMessage);
    expect(decoded).toMatchObject({ value: 'taken', issues: [{ message: 'taken' }] });
    const encoded = await rejectionOf(codec.encode('taken'));
    expect(encoded).toMatchObject({ code: 'SLUICE_CANNOT_ENCODE', cause: { issues: [{ message: 'taken' }] } });
  });

  test('throws the SyntaxError for bad JSON at once', () => {
    expect(errorOf(() => codec.decode('{'))).toBeInstanceOf(SyntaxError);
  });
});

describe('json with other validators', () => {
  const schemaOf = (validate: (value: unknown) => unknown): StandardSchemaV1<unknown, unknown> => {
    return { '~standard': { version: 1, vendor: 'test', validate: validate as never } };
  };

  test('waits for a thenable that is no Promise, so that a refusal is not taken for a pass', async () => {
    const schema = schemaOf(() => ({
      // biome-ignore lint/suspicious/noThenProperty: a foreign Promise is what is tested
      then: (done: (result: unknown) => void) => done({ issues: [{ message: 'no' }] }),
    }));
    expect(await rejectionOf(json({ in: schema }).decode('1'))).toBeInstanceOf(InvalidMessage);
  });

  test('takes an empty list of issues for a refusal', () => {
    const codec = json({ in: schemaOf(() => ({ issues: [] })) });
    expect(errorOf(() => codec.decode('1'))).toMatchObject({ name: 'InvalidMessage', message: 'not acceptable' });
  });
});

describe('making a json codec', () => {
  test('refuses what is no schema', () => {
    for (const schema of [null, 7, 'zod', {}, () => true, { '~standard': null }]) {
      expect(errorOf(() => json({ in: schema as never }))).toMatchObject({ code: 'SLUICE_BAD_OPTION' });
      expect(errorOf(() => json({ out: schema as never }))).toMatchObject({ code: 'SLUICE_BAD_OPTION' });
    }
  });

  test('refuses a schema in the place of { in, out }', () => {
    for (const schema of [zodSay, valibotSay, arktypeSay, z.string().transform(Number)]) {
      const error = errorOf(() => json(schema as never));
      expect(error).toMatchObject({ code: 'SLUICE_BAD_OPTION' });
      expect(error).toHaveProperty('message', expect.stringContaining('json() takes { in, out }, not a schema.'));
    }
    expect(errorOf(() => json(null as never))).toMatchObject({ code: 'SLUICE_BAD_OPTION' });
  });

  test('refuses a misspelt option, which would leave messages unchecked', () => {
    const error = errorOf(() => json({ input: zodSay } as never));
    expect(error).toMatchObject({ code: 'SLUICE_UNKNOWN_OPTION' });
    expect(error).toHaveProperty('message', expect.stringContaining("json() has no option 'input'."));
  });

  test('infers In from the in schema and Out from the out schema', () => {
    expectTypeOf(json({ in: zodSay })).toEqualTypeOf<Codec<Say, unknown>>();
    expectTypeOf(json({ out: valibotSay })).toEqualTypeOf<Codec<unknown, Say>>();
    expectTypeOf(json({ in: arktypeSay, out: zodSay })).toEqualTypeOf<Codec<Say, Say>>();
    expectTypeOf(json({})).toEqualTypeOf<Codec<unknown, unknown>>();
    const annotated: Codec<Say, Said> = json({ in: zodSay });
    expectTypeOf(annotated.encode).parameter(0).toEqualTypeOf<Said>();
  });

  test('has types that refuse what is wrong', () => {
    const wrong = (): void => {
      const codec = json({ in: zodSay, out: z.string().transform(Number) });
      // @ts-expect-error the handler sends the input of the out schema, not its output
      codec.encode(1);
      // @ts-expect-error the handler receives the output of the in schema
      codec.decode('') satisfies { text: number } | Promise<{ text: number }>;
      // @ts-expect-error no such option
      json({ input: zodSay });
      // @ts-expect-error a schema is not { in, out }
      json(zodSay);
      // @ts-expect-error nor is one that has an in and an out of its own
      json(z.string().transform(Number));
      // @ts-expect-error no schema
      json({ in: (value: unknown) => value });
    };
    expect(wrong).toBeTypeOf('function');
  });
});
