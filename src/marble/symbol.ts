/** The characters of a lane that mean something by themselves; no legend can bind them. `=` is the legend's own. */
const marks = '-|#^!()[]= ';

/**
 * Letters of Latin, Greek, Cyrillic and Armenian, punctuation, arrows, signs and shapes: every terminal draws them one
 * column wide and from left to right. Beyond these blocks that would need the tables of Unicode.
 */
const narrowBlocks = /^[\u0021-\u058f\u1e00-\u2e7f]$/u;
/** Marks that join the letter before, controls, blanks, and the few wide characters within the blocks above. */
const notNarrow = /[\p{M}\p{C}\p{Z}\p{Emoji_Presentation}\u2329\u232a\u2630-\u2637\u268a-\u268f]/u;

/** Whether a code point may stand for a value in a lane. */
export function isSymbol(character: string): boolean {
  return !marks.includes(character) && narrowBlocks.test(character) && !notNarrow.test(character);
}

/** What is wrong with a character that is no symbol, and what to do. */
export function whyNoSymbol(character: string): string {
  if (character === '\t') return 'A tab has no fixed width. Use blanks.';
  if (marks.includes(character)) return `${character === ' ' ? 'A blank' : character} has a meaning of its own.`;
  if (/\p{M}/u.test(character)) return 'It joins the character before it. Use a letter that is one character.';
  if (/[\p{C}\p{Z}]/u.test(character)) return 'It cannot be seen. Remove it.';
  return 'It may be wider than one column, and columns are time. Use a letter, a digit or a sign.';
}

/** Whether a symbol is the text of itself where no legend binds it: lower-case letters and digits. */
export function standsForItself(symbol: string): boolean {
  return /^[\p{Ll}0-9]$/u.test(symbol);
}
