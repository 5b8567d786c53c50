import { expect, test } from 'vitest';
import { brokenHeader, notUtf8, tooLong, tooManyChunks, tooManyFragments } from '../../src/edge/breach.ts';
import type { FrameLimits } from '../../src/edge/frame-reader.ts';
import { play } from '../support/play-connection.ts';

/** What `ws` reports of some chunks. */
async function found(steps: readonly Buffer[], others: Partial<FrameLimits> = {}): Promise<readonly string[]> {
  const limits = { maxPayload: 1_000, maxFragments: 3, maxBufferedChunks: 200, ...others };
  const { log } = await play({ limits, steps, maxPendingAutoPongs: 0 }, 'ws');
  return log.map((entry) => entry.split(' ').slice(0, 3).join(' '));
}

const message = { opcode: 2 };

test.each([
  ['a text that is not UTF-8', notUtf8, '1007 WS_ERR_INVALID_UTF8'],
  ['a frame that is too long', tooLong, '1009 WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'],
  ['an opcode', brokenHeader(Buffer.of(0x83, 0x80), undefined), '1002 WS_ERR_INVALID_OPCODE'],
  ['a message in another', brokenHeader(Buffer.of(0x81, 0x80), message), '1002 WS_ERR_INVALID_OPCODE'],
  ['a fragment without a mask', brokenHeader(Buffer.of(0x80, 0x00), message), '1002 WS_ERR_EXPECTED_MASK'],
  ['too many fragments', tooManyFragments(3), '1008 WS_ERR_TOO_MANY_BUFFERED_PARTS'],
  ['too many chunks', tooManyChunks(200), '1008 WS_ERR_TOO_MANY_BUFFERED_PARTS'],
])('ws finds %s, and nothing else', async (_what, chunks, violation) => {
  expect(await found(chunks)).toEqual([`violated ${violation}`, 'gone']);
});

test('ws finds too many chunks whatever the limit, and also where a message may not be as long', async () => {
  const violated = ['violated 1008 WS_ERR_TOO_MANY_BUFFERED_PARTS', 'gone'];
  for (const maxBufferedChunks of [1, 2, 7, 123, 124, 125, 999]) {
    expect(await found(tooManyChunks(maxBufferedChunks), { maxBufferedChunks })).toEqual(violated);
  }
  expect(await found(tooManyChunks(20), { maxBufferedChunks: 20, maxPayload: 1 })).toEqual(violated);
});
