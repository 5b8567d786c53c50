import fc from 'fast-check';
import { fromJson } from '../../src/marble/json-pattern.ts';
import type { Json } from '../../src/marble/scenario.ts';
import type { JsonPattern, Pattern, Value } from '../../src/marble/value.ts';

/** Text with quotes, line breaks, emoji and lone surrogates in it. */
export const anyText = fc.string({ unit: 'binary', maxLength: 12 });

/** -0 is left out: JSON cannot tell it from 0. */
export const anyJson = fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.parse(JSON.stringify(json)) as Json);

const anyPlaceholder: fc.Arbitrary<JsonPattern> = fc.oneof(
  fc
    .constantFrom('any' as const, 'string' as const, 'number' as const, 'now' as const)
    .map((fits) => ({ kind: 'placeholder' as const, fits })),
  fc.stringMatching(/^\w{1,4}$/).map((id) => ({ kind: 'id' as const, id })),
);

export const anyJsonPattern: fc.Arbitrary<JsonPattern> = fc.oneof(
  anyJson.map(fromJson),
  anyPlaceholder,
  fc.array(anyPlaceholder, { maxLength: 3 }).map((items) => ({ kind: 'array' as const, items })),
  fc.uniqueArray(fc.tuple(anyText, anyPlaceholder), { selector: ([key]) => key, maxLength: 3 }).map((members) => {
    return { kind: 'object' as const, members };
  }),
);

export const anyPattern: fc.Arbitrary<Pattern> = fc
  .constantFrom(/a/, /^[0-9]+$/i, /[/]\/"'/s, /\u{1f600}/u, /(?:)/, /a\\/m, /[\]/]|\[/)
  .map(({ source, flags }) => ({ source, flags }));

const optional = <Part>(name: string, part: fc.Arbitrary<Part>): fc.Arbitrary<object> =>
  fc.option(part).map((made) => (made === null ? {} : { [name]: made }));

const both = (kind: string, ...parts: ReadonlyArray<fc.Arbitrary<object>>): fc.Arbitrary<Value> =>
  fc.tuple(...parts).map((made) => Object.assign({ kind }, ...made) as Value);

export const anyTextValue: fc.Arbitrary<Value> = anyText.map((text) => ({ kind: 'text', text }));

/** Every value that a legend can hold. */
export const anyValue: fc.Arbitrary<Value> = fc.oneof(
  anyTextValue,
  anyJsonPattern.map((json): Value => ({ kind: 'json', json })),
  fc.uint8Array({ maxLength: 40 }).map((bytes): Value => ({ kind: 'binary', bytes: Uint8Array.from(bytes) })),
  fc.nat().map((size): Value => ({ kind: 'size', size })),
  anyPattern.map((pattern): Value => ({ kind: 'pattern', pattern })),
  both(
    'close',
    fc.constantFrom(1000, 1011, 3000, 4999).map((code) => ({ code })),
    optional('reason', anyText),
  ),
  both(
    'error',
    optional('name', fc.constantFrom('TypeError', '$é', 'x1')),
    optional('message', fc.oneof(anyText, anyPattern)),
  ),
  both(
    'reject',
    fc.integer({ min: 300, max: 599 }).map((status) => ({ status })),
    optional('body', anyText),
  ),
  fc.constantFrom<Value>({ kind: 'any' }, { kind: 'ping' }, { kind: 'pong' }, { kind: 'terminate' }),
);
