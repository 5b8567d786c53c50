import { opcode } from './frame-header.ts';

/**
 * Where we find that a peer breaks the protocol in what `ws` has not seen, `ws` is given bytes that break it in the
 * same way. So the error, the Close and all that follows are those of `ws`. Each list holds chunks; none is masked.
 */
type Chunks = readonly Buffer[];

/** A text that is not UTF-8. */
export const notUtf8: Chunks = [Buffer.of(0x81, 0x81, 0, 0, 0, 0, 0xff)];

/** A frame that announces more than any `maxPayload`. */
export const tooLong: Chunks = [Buffer.of(0x82, 0xff, 0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)];

/** A frame whose header is broken, behind the beginning of the message that it came behind. */
export function brokenHeader(frame: Buffer, message: { readonly opcode: number } | undefined): Chunks {
  return [message === undefined ? frame : Buffer.concat([emptyFragment(message.opcode), frame])];
}

/** More fragments than `maxFragments`. The peer has sent as many, with the same headers and more. */
export function tooManyFragments(maxFragments: number): Chunks {
  const others = Buffer.alloc(emptyFragment(0).length * maxFragments, emptyFragment(opcode.continuation));
  return [Buffer.concat([emptyFragment(opcode.binary), others])];
}

/** A frame that is not whole after `maxBufferedChunks`. The peer has sent as many. */
export function tooManyChunks(maxBufferedChunks: number): Chunks {
  const length = maxBufferedChunks + 1;
  // Where a Ping is too short for so many chunks the peer's frame had data, and `maxPayload` allows for it.
  const header = length <= 125 ? [0x89, 0x80 | length] : [0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];
  const frame = Buffer.of(...header, 0, 0, 0, 0);
  if (length > 125) frame.writeUIntBE(length, 4, 6);
  return [frame, ...new Array<Buffer>(length).fill(Buffer.of(0))];
}

function emptyFragment(code: number): Buffer {
  return Buffer.of(code, 0x80, 0, 0, 0, 0);
}
