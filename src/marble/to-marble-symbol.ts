import { isSymbol, standsForItself } from './symbol.ts';

const alphabets = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'ΓΔΘΛΞΠΣΦΨΩ', 'БГДЖЗИЛПУФЦЧШЩЫЭЮЯ'];
/** Letters without end: the blocks of Armenian and Latin that are one column wide. */
const more = Array.from({ length: 0x200 }, (_, index) => String.fromCodePoint(0x100 + index));

/**
 * A symbol that is not taken: a capital that a hint has, or else the first free letter. Letters that would stand for
 * themselves are left to the texts that they are.
 */
export function newSymbol(hint: string, isTaken: (symbol: string) => boolean): string {
  const capitals = [...hint.toUpperCase()].filter((letter) => /^[A-Z]$/.test(letter));
  const candidates = [...capitals, ...alphabets.join(''), ...more];
  const free = candidates.find((letter) => isSymbol(letter) && !standsForItself(letter) && !isTaken(letter));
  if (free === undefined) throw new RangeError('A scenario has room for some hundred values; this trace has more.');
  return free;
}
