import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, test } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import type { InvalidProblem } from '../../src/channel/events.ts';
import { binary } from '../../src/codec/binary.ts';
import { InvalidMessage } from '../../src/codec/codec.ts';
import { json } from '../../src/codec/json.ts';
import { raw } from '../../src/codec/raw.ts';
import { text } from '../../src/codec/text.ts';
import { CloseError } from '../../src/protocol/close.ts';
import { inVirtualTime, type Opened, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

/** A schema that takes numbers, at once or later. */
function numeric(later: boolean): StandardSchemaV1<unknown, number> {
  const check = (value: unknown): StandardSchemaV1.Result<number> =>
    typeof value === 'number' ? { value } : { issues: [{ message: 'not a number' }] };
  const validate = (value: unknown): StandardSchemaV1.Result<number> | Promise<StandardSchemaV1.Result<number>> =>
    later ? Promise.resolve(check(value)) : check(value);
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

async function reading(options: Record<string, unknown>): Promise<Opened & { seen: unknown[] }> {
  const seen: unknown[] = [];
  const opened = serveFake(({ in$ }) => void in$.subscribe((message) => seen.push(message)), options);
  await pass();
  return Object.assign(opened, { seen });
}

describe('a payload of the wrong kind closes with 1003, whatever invalid says:', () => {
  test.each([
    ['binary for text()', text(), Uint8Array.of(1), 'text only'],
    ['binary for json()', json(), Uint8Array.of(1), 'text only'],
    ['text for binary()', binary(), 'text', 'binary only'],
  ])('%s', async (_what, codec, payload, reason) => {
    for (const invalid of ['close', 'skip', () => 'answer']) {
      const { socket, seen, events } = await reading({ codec, invalid });
      socket.delivers(payload);
      expect([seen, socket.log]).toEqual([[], [`close 1003 ${reason}`]]);
      expect(events.map(({ type }) => type)).toEqual(['opened']);
    }
  });

  test('raw() takes both', async () => {
    const { socket, seen } = await reading({ codec: raw() });
    socket.delivers('text', Uint8Array.of(1));
    expect(seen).toEqual(['text', Uint8Array.of(1)]);
  });
});

describe.each([
  ['at once', false],
  ['later', true],
])('a message that is refused %s', (_when, later) => {
  const codec = json({ in: numeric(later) });

  test("closes with 1007 when it cannot be read, for 'close'", async () => {
    const opened = await reading({ codec });
    opened.socket.delivers('1', '{', '2');
    await pass();
    expect([opened.seen, opened.log]).toEqual([[1], ['close 1007 not decodable']]);
    opened.socket.leaves();
    expect(opened.record).toMatchObject({ code: 1007, by: 'protocol', cause: expect.any(SyntaxError) });
    expect(opened.errors).toEqual([]);
    expect(opened.eventsOf('invalid')).toMatchObject([{ problem: { payload: '{' } }]);
  });

  test("closes with 1008 and the first issue when the schema refuses it, for 'close'", async () => {
    const opened = await reading({ codec });
    opened.socket.delivers('1', '"x"', '2');
    await pass();
    expect([opened.seen, opened.log]).toEqual([[1], ['close 1008 not a number']]);
    opened.socket.leaves();
    expect(opened.record).toMatchObject({ code: 1008, by: 'protocol', cause: expect.any(InvalidMessage) });
    expect(opened.eventsOf('invalid')).toMatchObject([
      { problem: { payload: '"x"', value: 'x', issues: [{ message: 'not a number' }] } },
    ]);
  });

  test("is passed over and counted for 'skip'", async () => {
    const opened = await reading({ codec, invalid: 'skip' });
    opened.socket.delivers('1', '{', '"x"', '2');
    await pass();
    expect([opened.seen, opened.log]).toEqual([[1, 2], []]);
    expect(opened.eventsOf('invalid')).toHaveLength(2);
    let dropped: number | undefined;
    opened.channel.pressure$.subscribe((pressure) => {
      dropped = pressure.dropped;
    });
    expect(dropped).toBe(2);
    opened.socket.leaves();
    expect(opened.dropped).toEqual([]);
  });

  test('is answered by a function, or not', async () => {
    const problems: InvalidProblem[] = [];
    const invalid = (problem: InvalidProblem): unknown => {
      problems.push(problem);
      return problem.issues === undefined ? undefined : { refused: problem.value };
    };
    const opened = await reading({ codec, invalid });
    opened.socket.delivers('1', '{', '"x"', '2');
    await pass();
    expect([opened.seen, opened.log]).toEqual([[1, 2], ['send {"refused":"x"}']]);
    expect(problems).toMatchObject([
      { payload: '{', cause: expect.any(SyntaxError) },
      { payload: '"x"', value: 'x' },
    ]);
  });

  test('may be answered with a close', async () => {
    const invalid = (_problem: InvalidProblem, channel: Channel): void => channel.close(4000, 'no');
    const opened = await reading({ codec, invalid });
    opened.socket.delivers('1', '{', '2');
    await pass();
    expect([opened.seen, opened.log]).toEqual([[1], ['close 4000 no']]);
  });

  test('closes with 1011 when the function throws', async () => {
    const failure = new Error('boom');
    const invalid = (): never => {
      throw failure;
    };
    const opened = await reading({ codec, invalid });
    opened.socket.delivers('1', '{', '2');
    await pass();
    expect([opened.seen, opened.log, opened.errors]).toEqual([[1], ['close 1011'], [failure]]);
  });

  test('closes with 1011 when the answer cannot be encoded', async () => {
    const opened = await reading({ codec, invalid: () => () => {} });
    opened.socket.delivers('{');
    await pass();
    expect(opened.log).toEqual(['close 1011']);
    expect(opened.errors).toMatchObject([{ code: 'SLUICE_CANNOT_ENCODE' }]);
  });
});

test('a codec may choose the close itself, and how to refuse', async () => {
  const decode = (payload: string): string => {
    if (payload === 'choose') throw new CloseError(4005, 'chosen');
    if (payload === 'refuse') throw new InvalidMessage(payload, []);
    throw 'not even an Error';
  };
  const codec = { kind: 'text', decode, encode: String };
  const logs: string[] = [];
  for (const payload of ['choose', 'refuse', 'other']) {
    const { socket } = await reading({ codec });
    socket.delivers(payload);
    logs.push(...socket.log);
  }
  expect(logs).toEqual(['close 4005 chosen', 'close 1008 not acceptable', 'close 1007 not decodable']);
});

describe('a message that cannot be encoded closes with 1011 and reaches errors$', () => {
  // biome-ignore lint/suspicious/noThenProperty: codecs may answer with any thenable.
  const thenable = { then: (_resolve: unknown, reject: (error: Error) => void): void => reject(new Error('later')) };
  test.each([
    ['json() of undefined', json(), undefined],
    ['json() of a BigInt', json(), 1n],
    ['text() of a number', text(), 1],
    ['binary() of text', binary(), 'text'],
    ['a codec that throws', codecOf(throws), 1],
    ['a codec that rejects', codecOf(async () => throws()), 1],
    ['a codec that answers another thenable that rejects', codecOf(() => thenable), 1],
    ['a text codec that gives bytes', codecOf(() => Uint8Array.of(1)), 1],
    ['a text codec that gives nothing', codecOf(async () => undefined), 1],
  ])('%s', async (_what, codec, message) => {
    const opened = await reading({ codec });
    const accepted: unknown[] = [];
    opened.channel.out.subscribe((value) => accepted.push(value));
    opened.channel.out.next(message);
    await pass();
    expect(opened.log).toEqual(['close 1011']);
    expect(opened.errors).toHaveLength(1);
    opened.socket.leaves();
    expect(opened.record).toEqual({ code: 1011, reason: '', clean: true, by: 'handler', cause: opened.errors[0] });
  });
});

function codecOf(encode: (message: unknown) => unknown): unknown {
  return { kind: 'text', decode: (payload: string) => payload, encode };
}

function throws(): never {
  throw new Error('boom');
}
