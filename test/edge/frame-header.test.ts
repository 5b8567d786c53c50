import { describe, expect, test } from 'vitest';
import { partBegun, readHeader } from '../../src/edge/frame-header.ts';
import { frame, op } from '../support/raw-client.ts';

const read = (bytes: readonly number[] | Buffer, announced?: number) =>
  readHeader(Buffer.from(bytes), 0, announced === undefined ? undefined : { announced }, 1_000);

describe('the header of a frame', () => {
  test('tells opcode, end, mask and where how much payload is', () => {
    const bytes = Buffer.concat([Buffer.from('xx'), frame(op.text, 'abc'), Buffer.from('yy')]);
    const mask = 0x12345678;
    expect(readHeader(bytes, 2, undefined, 1_000)).toEqual({ opcode: 1, fin: true, mask, start: 8, length: 3 });
    const fragment = frame(op.binary, Buffer.alloc(300), { fin: false });
    expect(read(fragment)).toEqual({ opcode: 2, fin: false, mask, start: 8, length: 300 });
  });

  test('may give a short length in a long form, as ws allows', () => {
    expect(read([0x81, 0xfe, 0, 3, 1, 2, 3, 4])).toMatchObject({ length: 3, start: 8 });
    expect(read([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4])).toMatchObject({ length: 3, start: 14 });
  });

  test('is incomplete until its last byte has come', () => {
    for (const header of [
      [0x81, 0x83, 1, 2, 3, 4],
      [0x81, 0xfe, 0, 3, 1, 2, 3, 4],
      [0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4],
    ]) {
      for (let end = 0; end < header.length; end++) expect(read(header.slice(0, end))).toBe('incomplete');
      expect(read(header)).toMatchObject({ start: header.length });
    }
  });

  test.each([
    ['a reserved bit', [0x91, 0x80]],
    ['another reserved bit', [0xa1, 0x80]],
    ['the bit for compression', [0xc1, 0x80]],
    ['no mask', [0x81, 0x00]],
    ['a Ping without a mask', [0x89, 0x00]],
    ['the opcode 3', [0x83, 0x80]],
    ['the opcode 7', [0x87, 0x80]],
    ['the opcode 11', [0x8b, 0x80]],
    ['the opcode 15', [0x8f, 0x80]],
    ['a continuation of nothing', [0x80, 0x80]],
    ['a Ping in fragments', [0x09, 0x80]],
    ['a Ping of more than 125 bytes', [0x89, 0xfe]],
    ['a Close of one byte', [0x88, 0x81]],
  ])('is broken by %s, as soon as two bytes are there', (_what, bytes) => {
    expect(read(bytes)).toBe('broken');
    expect(read(bytes.slice(0, 1))).toBe('incomplete');
  });

  test('is broken by a new message inside of another, and only there', () => {
    expect(read([0x81, 0x80], 5)).toBe('broken');
    expect(read([0x02, 0x80], 5)).toBe('broken');
    expect(read([0x80, 0x80], 5)).toBe('incomplete');
    expect(read([0x89, 0x80], 5)).toBe('incomplete');
  });

  test('is broken by a length that no number has, and too long up to there', () => {
    expect(read([0x82, 0xff, 0x00, 0x20, 0, 0, 0, 0, 0, 0])).toBe('broken');
    expect(read([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1])).toBe('broken');
    expect(read([0x82, 0xff, 0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])).toBe('too long');
  });

  test('is too long if the message is, all of its frames together, before the mask has come', () => {
    expect(read([0x82, 0xfe, 0x03, 0xe8])).toBe('incomplete');
    expect(read([0x82, 0xfe, 0x03, 0xe9])).toBe('too long');
    expect(read([0x80, 0x82], 998)).toBe('incomplete');
    expect(read([0x80, 0x82], 999)).toBe('too long');
    expect(read([0x89, 0x82], 999)).toBe('incomplete');
  });
});

test('a frame waits for the two first bytes, then for the length, the mask and the payload', () => {
  const begun = (form: number, ...lengths: number[]): number[] =>
    lengths.map((length) => partBegun(Buffer.concat([Buffer.of(0x81, form), Buffer.alloc(20)]).subarray(0, length)));
  expect(begun(0x83, 0, 1, 2, 5, 6, 8)).toEqual([0, 0, 2, 2, 6, 6]);
  expect(begun(0xfe, 1, 2, 3, 4, 7, 8)).toEqual([0, 2, 2, 4, 4, 8]);
  expect(begun(0xff, 1, 2, 9, 10, 13, 14)).toEqual([0, 2, 2, 10, 10, 14]);
});
