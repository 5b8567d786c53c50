/** Below so many bytes a view of words costs more than it saves. */
const wordsPayFrom = 96;

const scratch = new DataView(new ArrayBuffer(4));
const scratchWord = new Int32Array(scratch.buffer);

/**
 * Takes the mask off bytes, in place (RFC 6455 section 5.3). Answers whether what comes out is ASCII, which costs
 * nothing here and saves the check for UTF-8.
 *
 * @param mask Four bytes, the first one highest.
 */
export function unmask(bytes: Buffer, start: number, end: number, mask: number): boolean {
  const seen = end - start < wordsPayFrom ? byBytes(bytes, start, end, mask) : byWords(bytes, start, end, mask);
  return (seen & 0x80808080) === 0;
}

/** The mask for what comes so many bytes later. */
export function rotate(mask: number, bytes: number): number {
  const bits = (bytes & 3) * 8;
  // JavaScript shifts by 32 as by 0, so that no bits are no special case.
  return (mask << bits) | (mask >>> (32 - bits));
}

/** Answers all bits that are set in any byte. */
function byBytes(bytes: Buffer, start: number, end: number, mask: number): number {
  const a = mask >>> 24;
  const b = (mask >>> 16) & 0xff;
  const c = (mask >>> 8) & 0xff;
  const d = mask & 0xff;
  let seen = 0;
  let i = start;
  for (const last = end - 3; i < last; i += 4) {
    seen |= bytes[i] = (bytes[i] as number) ^ a;
    seen |= bytes[i + 1] = (bytes[i + 1] as number) ^ b;
    seen |= bytes[i + 2] = (bytes[i + 2] as number) ^ c;
    seen |= bytes[i + 3] = (bytes[i + 3] as number) ^ d;
  }
  if (i < end) seen |= bytes[i] = (bytes[i++] as number) ^ a;
  if (i < end) seen |= bytes[i] = (bytes[i++] as number) ^ b;
  if (i < end) seen |= bytes[i] = (bytes[i] as number) ^ c;
  return seen;
}

/** The same with words, from the first place in memory where one may begin. */
function byWords(bytes: Buffer, start: number, end: number, mask: number): number {
  const from = start + (-(bytes.byteOffset + start) & 3);
  const turned = rotate(mask, from - start);
  scratch.setInt32(0, turned);
  const word = scratchWord[0] as number;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + from, (end - from) >> 2);
  let seen = byBytes(bytes, start, from, mask);
  let i = 0;
  for (const last = words.length - 3; i < last; i += 4) {
    seen |= words[i] = (words[i] as number) ^ word;
    seen |= words[i + 1] = (words[i + 1] as number) ^ word;
    seen |= words[i + 2] = (words[i + 2] as number) ^ word;
    seen |= words[i + 3] = (words[i + 3] as number) ^ word;
  }
  for (; i < words.length; i++) seen |= words[i] = (words[i] as number) ^ word;
  return seen | byBytes(bytes, from + words.length * 4, end, turned);
}
