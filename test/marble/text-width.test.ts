import { describe, expect, test } from 'vitest';
import { fold, wrap } from '../../src/marble/draw/text-width.ts';

const path = `/${'folder/'.repeat(14)}`;

describe('fold', () => {
  test('breaks what is longer than the terminal is wide at blanks', () => {
    const words = 'word '.repeat(40).trim();
    const lines = fold(words).split('\n');
    expect(lines.map(({ length }) => length)).toEqual([79, 79, 39]);
    expect(lines.join(' ')).toBe(words);
  });

  test('keeps the lines and blanks of what fits, and a path whole', () => {
    expect(fold('a  b\n  c')).toBe('a  b\n  c');
    expect(fold(`it is at ${path} now`)).toBe(`it is at\n${path}\nnow`);
  });
});

test('wrap cuts what has no blank', () => {
  expect(wrap(`it is at ${path} now`).map(({ length }) => length)).toEqual([8, 80, 3]);
});
