import { describe, expect, test } from 'vitest';
import { isSymbol, standsForItself, whyNoSymbol } from '../../src/marble/symbol.ts';

describe('isSymbol', () => {
  test.each([...'aZ09äßŁλЯ@*+~.,:;"\'\\/<>{}?$%&_•→⊕①┃╳'])('takes %s', (character) => {
    expect(isSymbol(character)).toBe(true);
  });

  test.each([...'-|#^!()[]= '])('leaves the mark "%s" its meaning', (character) => {
    expect(isSymbol(character)).toBe(false);
    expect(whyNoSymbol(character)).toMatch(/has a meaning of its own\.$/);
  });

  test.each([
    ['an emoji', '😀'],
    ['an emoji of the basic plane', '⌚'],
    ['a Chinese letter', '漢'],
    ['a Korean letter', '한'],
    ['a wide letter', 'Ａ'],
    ['a letter that is written from right to left', 'א'],
  ])('refuses %s', (_, character) => {
    expect(isSymbol(character)).toBe(false);
    expect(whyNoSymbol(character)).toBe(
      'It may be wider than one column, and columns are time. Use a letter, a digit or a sign.',
    );
  });

  test.each([
    ['a combining mark', '\u0301', 'It joins the character before it. Use a letter that is one character.'],
    ['a variation selector', '\ufe0f', 'It joins the character before it. Use a letter that is one character.'],
    ['a joiner', '\u200d', 'It cannot be seen. Remove it.'],
    ['a soft hyphen', '\u00ad', 'It cannot be seen. Remove it.'],
    ['a blank that does not break', '\u00a0', 'It cannot be seen. Remove it.'],
    ['a tab', '\t', 'A tab has no fixed width. Use blanks.'],
  ])('refuses %s', (_, character, why) => {
    expect(isSymbol(character)).toBe(false);
    expect(whyNoSymbol(character)).toBe(why);
  });

  test('refuses more than one character, and none', () => {
    expect([isSymbol('ab'), isSymbol('e\u0301'), isSymbol('')]).toEqual([false, false, false]);
  });
});

describe('standsForItself', () => {
  test('is true of lower-case letters and digits only', () => {
    expect([...'aß9λA•ªЯ'].filter(standsForItself)).toEqual(['a', 'ß', '9', 'λ']);
  });
});
