import { describe, expect, test } from 'vitest';
import { type FrameLimits, FrameReader } from '../../src/edge/frame-reader.ts';
import { hasBrokenText } from '../support/compare-reading.ts';
import { closeFrame, frame, op } from '../support/raw-client.ts';

const part = { fin: false };

/** Reads chunks; answers the messages, and `pass` with the bytes that are for `ws`. */
function read(chunks: readonly Uint8Array[], others: Partial<FrameLimits> = {}): unknown[] {
  const found: unknown[] = [];
  const reader = new FrameReader(
    { received: (payload) => found.push(payload), pass: (chunk) => found.push(`pass ${chunk.toString('hex')}`) },
    { maxPayload: 100_000, maxFragments: 8, maxBufferedChunks: 1_000, ...others },
  );
  for (const chunk of chunks) reader.read(Buffer.from(Uint8Array.from(chunk).buffer));
  return found;
}

const passed = (bytes: Buffer): string => `pass ${bytes.toString('hex')}`;
const bytewise = (bytes: Buffer): Buffer[] => Array.from(bytes, (byte) => Buffer.of(byte));

describe('a frame reader', () => {
  test('makes messages of whole frames, in order, of every length', () => {
    const lengths = [0, 1, 5, 95, 96, 125, 126, 127, 1_000, 65_535, 65_536, 100_000];
    const texts = lengths.map((length) => 'abcdefghij'.repeat(10_000).slice(0, length));
    expect(read([Buffer.concat(texts.map((text) => frame(op.text, text)))])).toEqual(texts);
    const bytes = lengths.map((length) => Buffer.alloc(length, 0xfe));
    const received = read([Buffer.concat(bytes.map((one) => frame(op.binary, one)))]) as Uint8Array[];
    // Comparing long typed arrays one by one takes many seconds.
    expect(received.map((one, i) => one instanceof Uint8Array && bytes[i]?.equals(one))).toEqual(bytes.map(() => true));
  });

  test('makes the same messages of the same bytes, wherever they are cut', () => {
    const sent = Buffer.concat([
      frame(op.text, 'é€😀'),
      frame(op.text, 'He', part),
      frame(op.ping, 'p'),
      frame(op.continuation, 'llo'),
      frame(op.binary, 'x'.repeat(130)),
    ]);
    const found = ['é€😀', passed(frame(op.ping, 'p')), 'Hello', new Uint8Array(Buffer.from('x'.repeat(130)))];
    expect(read(bytewise(sent))).toEqual(found);
    for (let cut = 0; cut <= sent.length; cut++) {
      expect(read([sent.subarray(0, cut), sent.subarray(cut)])).toEqual(found);
    }
  });

  test('passes control frames to ws as they are, each for itself and only when it is whole', () => {
    const [ping, pong] = [frame(op.ping, 'abc'), frame(op.pong)];
    expect(read([Buffer.concat([ping, pong, ping])])).toEqual([passed(ping), passed(pong), passed(ping)]);
    expect(read([ping.subarray(0, ping.length - 1)])).toEqual([]);
  });

  test('passes a Close, drops what stands behind it, and leaves later chunks to ws', () => {
    const close = closeFrame(1000, 'bye');
    const late = frame(op.text, 'late');
    expect(read([Buffer.concat([frame(op.text, 'a'), close, late]), late])).toEqual(['a', passed(close), passed(late)]);
  });

  test('delivers what stands before a malformed frame, and nothing behind it', () => {
    const rest = Buffer.concat([frame(3, 'x'), frame(op.text, 'c')]);
    expect(read([Buffer.concat([frame(op.text, 'a'), frame(op.text, 'b'), rest])])).toEqual(['a', 'b', passed(rest)]);
  });

  test('passes a malformed fragment behind a beginning that ws has not seen', () => {
    expect(read([Buffer.concat([frame(op.binary, 'a', part), frame(op.text, 'b')])])).toEqual([
      `pass 028000000000${frame(op.text, 'b').toString('hex')}`,
    ]);
  });

  test('takes a message of exactly maxPayload and no more, however it comes', () => {
    const limits = { maxPayload: 200 };
    const [right, wrong] = ['x'.repeat(200), 'x'.repeat(201)];
    const split = (text: string): Buffer[] => [
      frame(op.text, text.slice(0, 150), part),
      frame(op.continuation, text.slice(150)),
    ];
    for (const way of [(text: string) => [frame(op.text, text)], split]) {
      for (const chunks of [way(right), bytewise(Buffer.concat(way(right)))])
        expect(read(chunks, limits)).toEqual([right]);
      for (const chunks of [way(wrong), bytewise(Buffer.concat(way(wrong)))]) {
        expect(read(chunks, limits)[0]).toMatch(/^pass 82ff/);
      }
    }
  });

  test('takes as many fragments as maxFragments', () => {
    const fragments = (count: number): Buffer[] =>
      Array.from({ length: count }, (_, i) => frame(i === 0 ? op.text : 0, 'x', { fin: i === count - 1 }));
    expect(read(fragments(8))).toEqual(['x'.repeat(8)]);
    expect(read(fragments(9))).toEqual([`pass 028000000000${'008000000000'.repeat(8)}`]);
  });

  test('takes as many chunks of one frame as maxBufferedChunks, but any number of small ones', () => {
    const limits = { maxBufferedChunks: 5 };
    const message = frame(op.text, 'abcdef');
    const chunks = [message.subarray(0, 6), ...bytewise(message.subarray(6))];
    expect(read(chunks, limits)[0]).toMatch(/^pass 8986/);
    expect(read([...chunks.slice(0, 5), message.subarray(10)], limits)).toEqual(['abcdef']);
    expect(read(new Array(20).fill(message), limits)).toEqual(new Array(20).fill('abcdef'));
    // Each chunk brings the rest of one frame and the first byte of the next.
    const stream = Buffer.concat(new Array(20).fill(message));
    const shifted = Array.from({ length: 20 }, (_, i) => stream.subarray(i * 12 + 1, i * 12 + 13));
    expect(read([stream.subarray(0, 1), ...shifted], { maxBufferedChunks: 2 })).toHaveLength(20);
  });

  test('refuses a text with its first byte that is not UTF-8', () => {
    const wrong = Buffer.from([...Buffer.from('aé€'), 0xed, 0xa0, 0x80, ...Buffer.from('and so on')]);
    const fragments = [frame(op.text, wrong.subarray(0, 7), part), frame(op.continuation, wrong.subarray(7), part)];
    for (const stream of [frame(op.text, wrong), Buffer.concat(fragments)]) {
      for (let end = 0; end <= stream.length; end++) {
        const isBroken = hasBrokenText(stream.subarray(0, end));
        // What comes behind the first wrong byte is left to ws.
        expect(read(bytewise(stream.subarray(0, end))).slice(0, 1)).toEqual(isBroken ? ['pass 818100000000ff'] : []);
      }
      expect(hasBrokenText(stream)).toBe(true);
    }
  });

  test('refuses a text that ends inside of a character, with its last frame', () => {
    const cut = Buffer.from('a€').subarray(0, 3);
    expect(read([frame(op.text, cut)])).toEqual(['pass 818100000000ff']);
    expect(read([frame(op.text, cut, part)])).toEqual([]);
    expect(read([frame(op.text, cut, part), frame(op.continuation)])).toEqual(['pass 818100000000ff']);
  });

  test('takes bytes that are no UTF-8', () => {
    expect(read([frame(op.binary, Buffer.of(0xff, 0xfe))])).toEqual([Uint8Array.of(0xff, 0xfe)]);
  });

  test('hands out bytes that do not keep what they came in', () => {
    const stream = Buffer.concat([1, 100, 5_000].map((length) => frame(op.binary, new Uint8Array(length))));
    for (const chunks of [[stream], [stream.subarray(0, 1_000), stream.subarray(1_000)]]) {
      for (const payload of read(chunks) as Uint8Array[]) expect(payload.buffer.byteLength).toBe(payload.length);
    }
  });
});
