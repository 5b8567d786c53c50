import { describe, expect, test } from 'vitest';
import { readLine, splitLines } from '../../src/marble/lines.ts';

describe('readLine', () => {
  test.each([
    ['', { kind: 'blank' }],
    [' \t ', { kind: 'blank' }],
    ['# a', { kind: 'comment' }],
    ['>', { kind: 'prose', text: '' }],
    ['>  a ', { kind: 'prose', text: ' a' }],
    ['== a == b ==  ', { kind: 'title', title: 'a == b' }],
    ['use:  ./a.ts#b', { kind: 'setting', key: 'use', at: 6 }],
    ['  in   --a', { kind: 'lane', name: 'in', indent: 2, at: 7 }],
    [' ann.in -', { kind: 'lane', name: 'ann.in', indent: 1, at: 8 }],
    ['  a = "b"', { kind: 'legend', symbol: 'a', indent: 2, at: 6 }],
    ['  λ="b"', { kind: 'legend', symbol: 'λ', indent: 2, at: 4 }],
  ])('knows "%s"', (text, line) => {
    expect(readLine(text)).toEqual(line);
  });

  test.each([
    ['== a', 4, 'the end of the line', '== after the title'],
    ['== ==', 2, 'no title', 'a title between == and =='],
    ['== a == (tried)', 8, '"(tried)"', 'the end of the line after =='],
    ['  == a ==', 2, '"=="', '== at column 1'],
    ['  # a', 2, '"#"', '# at column 1'],
    ['  > a', 2, '">"', '> at column 1'],
    ['  tick: 1s', 2, '"tick:"', 'a lane'],
    ['\tin --a', 0, 'a tab', 'blanks'],
    ['  in\t--a', 4, 'a tab', 'blanks'],
    ['  in', 4, 'the end of the line', 'the cells of a lane'],
    ['  ab = "x"', 2, '"ab"', 'one symbol before ='],
    ['  - = "x"', 2, '"-"', 'a symbol before ='],
    ['  😀 = "x"', 2, '"😀"', 'a symbol before ='],
    ['in --a', 0, '"in"', 'a setting, a title or an indented lane'],
    ['a = "b"', 0, '"a"', 'a setting, a title or an indented lane'],
    ['tick 1s', 0, '"tick"', 'a setting, a title or an indented lane'],
  ])('refuses "%s"', (text, at, found, expected) => {
    expect(readLine(text)).toMatchObject({ kind: 'wrong', at, found, expected });
  });
});

describe('splitLines', () => {
  test('knows both line ends, and drops a byte order mark', () => {
    expect(splitLines('\ufeffa\r\nb\n')).toEqual(['a', 'b', '']);
  });
});
