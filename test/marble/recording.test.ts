import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printJsonPattern } from '../../src/marble/json-pattern.ts';
import { parseMarbles } from '../../src/marble/parse.ts';
import { printValue } from '../../src/marble/print-value.ts';
import { type Recorded, type RecordedEvent, readRecording, writeRecorded } from '../../src/marble/recording.ts';
import { recordingToMarble } from '../../src/marble/recording-scenario.ts';
import { RecordingTape, type RecordOptions } from '../../src/marble/recording-tape.ts';
import type { Value } from '../../src/marble/value.ts';

const connect: Recorded = { kind: 'connect', url: '/', at: 0 };

const anyMessage: fc.Arbitrary<Recorded> = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text): Recorded => ({ kind: 'text', text })),
  fc.json().map((text): Recorded => ({ kind: 'text', text })),
  fc.uint8Array({ maxLength: 50 }).map((bytes): Recorded => ({ kind: 'binary', bytes })),
);
const anyEnd: fc.Arbitrary<Recorded> = fc.constantFrom<Recorded>(
  { kind: 'close', code: 1000, reason: '' },
  { kind: 'close', code: 4001, reason: 'ende' },
);
const anyLane = fc.tuple(
  fc.array(fc.tuple(fc.nat(5_000), anyMessage), { maxLength: 12 }),
  fc.option(anyEnd, { nil: undefined }),
);
/** A party that sends and gets messages at any time, and may end at the end. */
const anyParty = (party: string): fc.Arbitrary<RecordedEvent[]> =>
  fc.tuple(anyLane, anyLane, fc.nat(50)).map(([inward, outward, start]) => {
    const events = (['in', 'out'] as const).flatMap((lane) => {
      const [messages, end] = lane === 'in' ? inward : outward;
      return [
        ...messages.map(([t, what]) => ({ t: start + t, party, lane, what })),
        ...(end === undefined ? [] : [{ t: start + 6_000, party, lane, what: end }]),
      ];
    });
    return [{ t: start, party, lane: 'in', what: connect }, ...events];
  });

describe('a recording', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(anyParty('1'), (events) => {
        expect(readRecording(events.map((event) => `${writeRecorded(event)}\n`).join(''))).toEqual(events);
      }),
    );
  });

  test('names the line that cannot be read, and leaves out a last one that was cut off', () => {
    const line = writeRecorded({ t: 0, party: '1', lane: 'in', what: connect });
    expect(readRecording(`${line}\n{"t":1,"par`)).toHaveLength(1);
    expect(() => readRecording(`${line}\n{"t":1,"par\n${line}\n`)).toThrow(
      'Line 2 of the recording is no recorded event: {"t":1,"par',
    );
    for (const wrong of ['{"t":1}', '7', 'null', line.replace('"in"', '"on"'), line.replace('"/"', '1')]) {
      expect(() => readRecording(`${wrong}\n`)).toThrow(/^Line 1/);
    }
  });

  test('becomes a scenario that can be read and has the same messages in the same order', () => {
    fc.assert(
      fc.property(anyParty('1'), fc.constantFrom(1, 10, 250), (events, tick) => {
        const { scenarios, problems } = parseMarbles(recordingToMarble(events, { tick }));
        expect(problems).toEqual([]);
        const inTime = [...events].sort((a, b) => a.t - b.t);
        for (const kind of ['in', 'out']) {
          const values = scenarios[0]?.lanes.find(({ name }) => name === kind)?.events.map(({ value }) => value) ?? [];
          const recorded = inTime.filter(({ lane, what }) => lane === kind && what.kind !== 'connect');
          expect(values.map(asSent)).toEqual(recorded.map(({ what }) => asRecorded(what, kind)));
        }
      }),
    );
  });

  test('is drawn with jumps for idle time, letters for bursts, and its request', () => {
    const at = (t: number, lane: 'in' | 'out', what: Recorded, party = '1'): RecordedEvent => ({
      t,
      party,
      lane,
      what,
    });
    const text = (words: string): Recorded => ({ kind: 'text', text: words });
    const events = [
      at(500, 'in', { kind: 'connect', url: '/chat?room=7', protocols: ['v2'], at: 0 }),
      at(512, 'in', text('{"say":"hi"}')),
      at(514, 'out', text('a')),
      at(514, 'out', text('b')),
      at(9_520, 'in', { kind: 'lost' }),
      // The end is known late.
      at(9_520, 'out', { kind: 'end' }),
    ];
    const use = { module: './chat.ts', name: 'chat', call: true };
    expect(recordingToMarble(events, { title: 'a chat', use })).toBe(`== a chat ==
use: ./chat.ts#chat()
tick: 10ms
timing: order
url: /chat?room=7
protocols: v2
  time  --[9s]--
  in    -H----#-
  out   -A----|-
  H = json {"say": "hi"}
  A = (a b)
`);
  });

  test('of several parties has their lanes, and a scenario for each URL', () => {
    const join = (t: number, party: string, url: string): RecordedEvent[] => [
      { t, party, lane: 'in', what: { kind: 'connect', url, at: 0 } },
      { t, party, lane: 'in', what: { kind: 'text', text: 'x' } },
    ];
    const events = [...join(0, '1', '/a'), ...join(20, '7', '/a'), ...join(30, '9', '/b')];
    const names = parseMarbles(recordingToMarble(events)).scenarios.map(({ title, lanes }) => [
      title,
      lanes.map(({ name }) => name),
    ]);
    expect(names).toEqual([
      ['what was recorded', ['p1.in', 'p1.out', 'p2.in', 'p2.out']],
      ['what was recorded 2', ['in', 'out']],
    ]);
    expect(recordingToMarble(events)).toContain('  p2.in   --^x-\n');
    expect(() => recordingToMarble([])).toThrow('There is no connection in the recording.');
  });
});

describe('what was recorded twice', () => {
  const session = (at: number, id: string, late: number): RecordedEvent[] => {
    const event = (t: number, lane: 'in' | 'out', json: unknown): RecordedEvent => ({
      ...{ t, party: '1', lane },
      what: { kind: 'text', text: JSON.stringify(json) },
    });
    return [
      { t: 0, party: '1', lane: 'in', what: { kind: 'connect', url: '/', at } },
      event(20, 'in', { nonce: `of ${id}` }),
      event(30, 'out', { id, at: at + 30 + late, tags: ['a', 'b'], seat: 4 }),
      event(60, 'in', { take: id }),
      event(70, 'out', { taken: id }),
      event(90, 'out', { only: id.length }),
    ];
  };

  test('has placeholders where it varies: for times, and for ids also where they are sent back', () => {
    const again = session(1_700_000_900_000, 'k7', 3);
    expect(recordingToMarble(session(1_700_000_000_000, 'f3', 0), { again })).toBe(`== what was recorded ==
tick: 10ms
timing: order
  in   --O---T----
  out  ---I---A-B-
  O = json {"nonce": "of f3"}
  T = json {"take": <id:1>}
  I = json {"id": <id:1>, "at": <now>, "tags": ["a", "b"], "seat": 4}
  A = json {"taken": <id:1>}
  B = json {"only": 2}
`);
  });

  test('stays as it is where nothing varies, or nothing can be paired', () => {
    const events = session(0, 'f3', 0);
    const alone = recordingToMarble(events);
    expect(recordingToMarble(events, { again: events })).toBe(alone);
    expect(recordingToMarble(events, { again: events.slice(0, 1) })).toBe(alone);
  });
});

describe('the tape', () => {
  const taped = (options: Omit<RecordOptions, 'write'>, payloads: readonly string[]): string[] => {
    const lines: string[] = [];
    const tape = new RecordingTape({ ...options, write: (line) => lines.push(line) }, () => 0);
    tape.connect('1', '/?token=secret', [], 0);
    for (const payload of payloads) tape.message('1', 'in', payload);
    return readRecording(lines.join('')).map(({ what }) =>
      'text' in what ? what.text : 'url' in what ? what.url : what.kind,
    );
  };

  test('ends with a cut at its bound of events, or of bytes', () => {
    expect(taped({ maxEvents: 3 }, ['a', 'b', 'c', 'd'])).toEqual(['/?token=secret', 'a', 'cut']);
    expect(taped({ maxBytes: 5 }, ['aa', 'bbb', 'c', 'd'])).toEqual(['/?token=secret', 'aa', 'bbb', 'cut']);
  });

  test('writes what the hooks make of messages and URLs, and nothing of a message that they throw at', () => {
    const redact = (payload: string | Uint8Array): string => {
      if (payload === 'bad') throw new Error('bad');
      return String(payload).replace('pass', '***');
    };
    expect(taped({ redact, redactUrl: () => '/' }, ['my pass', 'bad', 'x'])).toEqual(['/', 'my ***', 'x']);
  });
});

/** JSON may be written in another way; what it means counts. */
const readable = (text: string): unknown => {
  try {
    return JSON.parse(JSON.stringify(JSON.parse(text)));
  } catch {
    return text;
  }
};

function asSent(value: Value): unknown {
  if (value.kind === 'text') return readable(value.text);
  if (value.kind === 'json') return readable(printJsonPattern(value.json));
  if (value.kind === 'binary') return [...value.bytes];
  return printValue(value);
}

function asRecorded(what: Recorded, lane: string): unknown {
  if (what.kind === 'text') return readable(what.text);
  if (what.kind === 'binary') return [...what.bytes];
  if (what.kind !== 'close') return what.kind;
  if (what.reason !== '') return `close ${what.code} "${what.reason}"`;
  return lane === 'in' ? '|' : `close ${what.code}`;
}
