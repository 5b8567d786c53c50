import type { FrameLimits } from '../../src/edge/frame-reader.ts';
import { anyFrames } from './any-frames.ts';
import type { Dice } from './dice.ts';

/** What is done to a socket, by a handler or from outside. */
export type Act = 'pause' | 'resume' | 'close' | 'terminate';

/** Something that happens to a connection: a chunk comes, a turn of the event loop passes, it ends. */
export type Step = Uint8Array | Act | 'turn' | 'end' | 'destroy';

/** The life of a connection: how it is served, and what happens to it. */
export interface Connection {
  readonly limits: FrameLimits;
  /** Pings that may be unanswered; 0 is no limit. */
  readonly maxPendingAutoPongs: number;
  readonly steps: readonly Step[];
  /** What the handler does when it gets so many messages, in the middle of a chunk. */
  readonly during?: readonly [message: number, act: Act];
}

/** The bytes of a stream, cut somehow. */
function cut(dice: Dice, frames: readonly Buffer[]): Uint8Array[] {
  const stream = Buffer.concat(frames);
  const whole = dice.once(4) ? stream.subarray(0, dice.roll(stream.length + 1)) : stream;
  const way = dice.roll(5);
  if (way === 0) return [whole];
  if (way === 1) return frames.map((frame) => frame);
  // Short chunks are slow where there are thousands of them.
  const longest = way === 2 && whole.length < 100 ? 1 : way < 4 && whole.length < 500 ? 12 : 200;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < whole.length; ) {
    const length = whole.length - at > 3_000 && dice.once(2) ? whole.length - at - 1_500 : 1 + dice.roll(longest);
    chunks.push(whole.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

function spoil(dice: Dice, chunk: Uint8Array): Uint8Array {
  const spoiled = Uint8Array.from(chunk);
  if (spoiled.length > 0) spoiled[dice.roll(spoiled.length)] = dice.roll(256);
  return spoiled;
}

/** Any connection, with frames of all kinds, right and wrong. */
export function anyConnection(dice: Dice): Connection {
  const limits = {
    maxPayload: dice.pick([10, 100, 125, 126, 200, 200, 1_000, 65_536, 100_000, 100_000]),
    maxFragments: dice.pick([0, 1, 2, 4, 100]),
    maxBufferedChunks: dice.pick([0, 1, 2, 3, 5, 20, 124, 125, 126, 4_096, 4_096, 4_096]),
  };
  const frames = Array.from({ length: 1 + dice.roll(6) }, () => anyFrames(dice)).flat();
  const turns = dice.once(2);
  const steps: Step[] = [];
  for (const chunk of cut(dice, frames)) {
    if (dice.once(40)) steps.push(dice.pick<Step>(['pause', 'pause', 'resume', 'close', 'terminate', 'turn']));
    steps.push(dice.once(60) ? spoil(dice, chunk) : chunk);
    if (turns) steps.push('turn');
  }
  if (dice.once(4)) steps.push('pause');
  steps.push(dice.pick<Step>(['turn', 'end', 'destroy', 'resume']));
  const base = { limits, steps, maxPendingAutoPongs: dice.pick([0, 4]) };
  if (!dice.once(8)) return base;
  return { ...base, during: [1 + dice.roll(4), dice.pick<Act>(['pause', 'close', 'terminate'])] };
}
