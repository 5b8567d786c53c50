import type { Dice } from './dice.ts';
import { closeFrame, op } from './raw-client.ts';

interface Parts {
  readonly opcode: number;
  readonly payload?: Uint8Array;
  readonly fin?: boolean;
  readonly rsv?: number;
  readonly masked?: boolean;
  /** What the header says; by default the truth. */
  readonly length?: number;
}

/** A frame with any mask, in any of the forms in which its length fits. */
function frame(dice: Dice, { opcode, payload = Buffer.alloc(0), fin = true, rsv = 0, masked = true, ...rest }: Parts) {
  const { length = payload.length } = rest;
  const fitting = length > 65_535 ? 2 : length > 125 ? 1 : 0;
  // RFC 6455 asks for the shortest form, ws does not.
  const form = opcode < 8 && dice.once(8) ? fitting + dice.roll(3 - fitting) : fitting;
  const head = Buffer.alloc([2, 4, 10][form] as number);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | ([length & 0x7f, 126, 127][form] as number);
  if (form === 1) head.writeUInt16BE(length & 0xffff, 2);
  if (form === 2) head.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = dice.once(4) ? Buffer.alloc(4) : dice.bytes(4);
  const data = Buffer.from(payload);
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) ^ (mask[i & 3] as number);
  return Buffer.concat([head, mask, data]);
}

const lengths = [0, 1, 2, 3, 4, 5, 7, 8, 11, 16, 25, 63, 95, 96, 97, 99, 100, 101, 124, 125, 126, 127, 128, 199, 200];
const longLengths = [201, 256, 300, 1_000, 4_099, 65_535, 65_536, 66_000];

function anyLength(dice: Dice): number {
  return dice.once(60) ? dice.pick(longLengths) : dice.pick(dice.once(3) ? lengths : lengths.slice(0, 10));
}

const characters = ['a', '~', 'ab', '{"a":1}', 'é', 'ß', '߿', 'ࠀ', '€', '퟿', '', '￿', '😀', '𐀀', '􏿿'];

/** What UTF-8 may not have: RFC 3629. */
const wrong = [
  ...[[0x80], [0xbf], [0xc0], [0xc0, 0xaf], [0xc1, 0xbf], [0xc3], [0xc3, 0x41], [0xe0, 0x80, 0x80], [0xe0, 0x9f]],
  ...[
    [0xe2, 0x82],
    [0xe2, 0x82, 0x41],
    [0xed, 0xa0, 0x80],
    [0xed, 0xbf],
    [0xf0, 0x80, 0x80, 0x80],
    [0xf0, 0x8f],
  ],
  ...[
    [0xf0, 0x9f, 0x98],
    [0xf0, 0x9f],
    [0xf0],
    [0xf4, 0x90],
    [0xf5],
    [0xf5, 0x80, 0x80, 0x80],
    [0xf8, 0x88],
    [0xfe],
    [0xff],
  ],
];

function anyText(dice: Dice): Buffer {
  const length = anyLength(dice);
  if (dice.once(2)) return Buffer.alloc(length, 'abcdefghij');
  let text = '';
  while (text.length < Math.min(length, 400)) text += dice.pick(characters);
  const right = Buffer.from(text);
  if (!dice.once(8)) return right;
  const at = dice.roll(right.length + 1);
  return Buffer.concat([right.subarray(0, at), Buffer.from(dice.pick(wrong)), right.subarray(at)]);
}

function anyMessage(dice: Dice): { opcode: number; payload: Buffer } {
  if (dice.once(3)) return { opcode: op.binary, payload: Buffer.alloc(anyLength(dice), dice.bytes(7)) };
  return { opcode: op.text, payload: anyText(dice) };
}

function anyPing(dice: Dice): Buffer {
  return frame(dice, { opcode: dice.pick([op.ping, op.pong]), payload: dice.bytes(dice.pick([0, 1, 4, 60, 125])) });
}

function fragmented(dice: Dice): Buffer[] {
  const { opcode, payload } = anyMessage(dice);
  const count = 1 + dice.roll(5);
  const frames: Buffer[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const end = i === count - 1 ? payload.length : at + dice.roll(payload.length - at + 1);
    // Now and then the last one never comes.
    const fin = i === count - 1 && !dice.once(6);
    frames.push(frame(dice, { opcode: i === 0 ? opcode : op.continuation, payload: payload.subarray(at, end), fin }));
    if (dice.once(3)) frames.push(anyPing(dice));
    at = end;
  }
  return frames;
}

const codes = [
  0, 999, 1000, 1001, 1003, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 65_535,
];

function anyClose(dice: Dice): Buffer {
  if (dice.once(4)) return closeFrame();
  const reason = dice.pick([Buffer.alloc(0), anyText(dice).subarray(0, 123), Buffer.from(dice.pick(wrong))]);
  return closeFrame(dice.once(2) ? 1000 : dice.pick(codes), reason);
}

/** Each breaks the protocol, most of them wherever they stand. */
const breaches: ReadonlyArray<(dice: Dice) => Parts> = [
  (dice) => ({ ...anyMessage(dice), masked: false }),
  (dice) => ({ opcode: dice.pick([8, 9, 10]), masked: false }),
  (dice) => ({ ...anyMessage(dice), rsv: 1 + dice.roll(7) }),
  (dice) => ({ opcode: dice.pick([0, 8, 9, 10]), rsv: 1 + dice.roll(7) }),
  (dice) => ({ opcode: dice.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), payload: dice.bytes(dice.roll(4)) }),
  (dice) => ({ opcode: dice.pick([8, 9, 10]), fin: false }),
  (dice) => ({ opcode: dice.pick([8, 9, 10]), payload: dice.bytes(126) }),
  (dice) => ({ opcode: op.close, payload: dice.bytes(1) }),
  (dice) => ({ opcode: op.continuation, payload: dice.bytes(dice.roll(4)), fin: dice.once(2) }),
  (dice) => ({ ...anyMessage(dice), length: 2 ** dice.pick([8, 16, 17, 31, 32, 40, 52]) - dice.roll(2) }),
];

/** Announces more than fits 2^53. */
function hugeFrame(dice: Dice): Buffer {
  const head = Buffer.concat([Buffer.of(dice.pick([0x80, 0x81, 0x82, 0x02]), 0xff), dice.bytes(12)]);
  head[2] = dice.pick([0x00, 0x00, 0x80, 0xff]);
  head[3] = dice.pick([0x1f, 0x20, 0x40]);
  return head;
}

/** One or several frames, mostly right. */
export function anyFrames(dice: Dice): Buffer[] {
  const kind = dice.roll(100);
  if (kind < 45) return Array.from({ length: 1 + dice.roll(3) }, () => frame(dice, anyMessage(dice)));
  if (kind < 70) return fragmented(dice);
  if (kind < 80) return Array.from({ length: dice.once(6) ? 12 : 1 }, () => anyPing(dice));
  if (kind < 86) return [anyClose(dice)];
  if (kind < 97) return [frame(dice, dice.pick(breaches)(dice))];
  if (kind < 98) return [hugeFrame(dice)];
  return [dice.bytes(1 + dice.roll(20))];
}
