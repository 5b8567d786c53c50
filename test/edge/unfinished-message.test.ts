import { describe, expect, test } from 'vitest';
import { UnfinishedMessage } from '../../src/edge/unfinished-message.ts';
import { op } from '../support/raw-client.ts';

const header = (length: number, fin = true, mask = 0) => ({ opcode: op.text, start: 0, fin, length, mask });

/** A message of one frame with all zeros for a mask, of which some has come. */
function begun(opcode: number, length: number, ...parts: ReadonlyArray<string | Uint8Array>): UnfinishedMessage {
  const message = new UnfinishedMessage(opcode);
  message.begin(header(length));
  for (const part of parts) expect(message.take(Buffer.from(part as string), 1_000_000)).toBe(true);
  return message;
}

describe('an unfinished message', () => {
  test('knows how much of its frame is to come, and whether it is whole', () => {
    const message = begun(op.text, 5, 'ab');
    expect([message.left, message.isWhole]).toEqual([3, false]);
    message.take(Buffer.from('cde'), 1_000);
    expect([message.left, message.isWhole, message.payload()]).toEqual([0, true, 'abcde']);
  });

  test('is whole only with its last frame, and counts its frames and their bytes', () => {
    const message = new UnfinishedMessage(op.text);
    message.begin(header(1, false));
    message.take(Buffer.from('a'), 1_000);
    expect(message.isWhole).toBe(false);
    message.begin(header(0));
    expect([message.isWhole, message.fragments, message.announced, message.payload()]).toEqual([true, 2, 1, 'a']);
  });

  test('takes the mask off where the one before has stopped', () => {
    const text = 'abcdefghijklm';
    const mask = Buffer.of(0x12, 0x34, 0x56, 0x78);
    const masked = Buffer.from(text).map((byte, i) => byte ^ (mask[i & 3] ?? 0));
    for (let cut = 0; cut <= text.length; cut++) {
      const message = new UnfinishedMessage(op.text);
      message.begin(header(text.length, true, mask.readInt32BE()));
      message.take(Buffer.from(masked.subarray(0, cut)), 1_000);
      message.take(Buffer.from(masked.subarray(cut)), 1_000);
      expect(message.payload()).toBe(text);
    }
  });

  test('refuses a text at once, and one that ends inside of a character when it is whole', () => {
    const text = new UnfinishedMessage(op.text);
    text.begin(header(10));
    expect(text.take(Buffer.of(0x61, 0xff), 1_000)).toBe(false);
    expect(begun(op.text, 2, Buffer.of(0x61, 0xc3)).payload()).toBeUndefined();
    expect(begun(op.binary, 2, Buffer.of(0x61, 0xff)).payload()).toEqual(Uint8Array.of(0x61, 0xff));
  });

  test('hands out bytes that keep nothing else in memory', () => {
    for (const [length, ...parts] of [
      [3, 2, 1],
      [20_000, 1, 19_999],
      [20_000, 19_999, 1],
    ] as const) {
      const payload = begun(op.binary, length, ...parts.map((part) => new Uint8Array(part))).payload() as Uint8Array;
      expect([payload.length, payload.buffer.byteLength]).toEqual([length, length]);
    }
  });
});
