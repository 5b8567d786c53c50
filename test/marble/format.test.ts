import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { format } from '../../src/marble/format.ts';
import { parseMarbles } from '../../src/marble/parse.ts';
import { print } from '../../src/marble/print.ts';
import { anyFile, withoutPositions } from './any-file.ts';
import { eightExamples } from './eight-examples.ts';

/** A file as a hurried hand writes it: ragged lanes, blanks, comments between the lines. */
const anyHandwriting = fc.tuple(anyFile, fc.infiniteStream(fc.nat(3))).map(([file, stream]) => {
  const next = (): number => stream.next().value ?? 0;
  const blanks = (): string => ' '.repeat(next());
  const lines = print(file).split('\n');
  return lines
    .flatMap((line) => {
      const between = ['', '# a comment', '#', blanks()].slice(0, next() % 2 === 0 ? 0 : next());
      if (line.startsWith('> ')) return [line.replace('> ', next() === 0 ? '>' : '> '), ...between];
      const lane = /^ +([\w.]+) +(\S+)$/.exec(line);
      if (lane === null) return [line.replace(/^(\w+): /, `$1: ${blanks()}`) + blanks(), ...between];
      const cells = next() === 0 ? (lane[2] ?? '') : (lane[2] ?? '').replace(/(?<=.)-+$/, '');
      return [` ${blanks()}${lane[1]} ${blanks()}${cells}${blanks()}`, ...between];
    })
    .join(next() === 0 ? '\r\n' : '\n');
});

const anyPiece = fc.constantFrom(
  '== a ==',
  '== b',
  '  in',
  '  out ',
  '--a',
  '(',
  '(ab)',
  'X',
  '|',
  '^',
  ' ',
  '\t',
  '> ',
  '#',
  '\n',
  '\n\n',
  '  X = ',
  '"x"',
  'json {',
  '(a b)',
  'tick: 1s',
  'use:',
  '😀',
  '  time -[3s]',
  '\r\n',
  '=',
);
const anyText = fc.array(anyPiece, { maxLength: 30 }).map((pieces) => pieces.join(''));

describe('format', () => {
  test('aligns lanes, and keeps comments, prose, blank lines and the order', () => {
    const before =
      'use:./a.ts#b\n\n==  a==\n>prose\n# comment\n  in --a\n\n      ann.out    --a---b\n  ann.in -\n' +
      '  out a  \n  time  -------[10ms]\n  a="x"   \n\n\n== b ==\n  out a';
    expect(format(before)).toBe(
      [
        ...['use: ./a.ts#b', '', '== a ==', '> prose', '# comment', '  in       --a----------', ''],
        ...['  ann.out  --a---b------', '  ann.in   -------------', '  out      a------------'],
        ...['  time     -------[10ms]', '  a = "x"', '', '', '== b ==', '  out  a', ''],
      ].join('\n'),
    );
  });

  test('leaves a broken scenario as it stands, and formats the others', () => {
    expect(format('== a ==\n  in a\n\n==b==\n  out a')).toBe('== a ==\n  in a\n\n== b ==\n  out  a\n');
  });

  test('leaves a well formatted text alone', () => {
    const formatted = format(eightExamples);
    expect(formatted).toBe(eightExamples);
    expect(format('')).toBe('');
    expect(format('\n\n')).toBe('');
  });

  test('changes no meaning and nothing that it has formatted', () => {
    fc.assert(
      fc.property(anyHandwriting, (text) => {
        const formatted = format(text);
        expect(withoutPositions(parseMarbles(formatted)), text).toEqual(withoutPositions(parseMarbles(text)));
        expect(parseMarbles(formatted).problems).toEqual([]);
        expect(format(formatted)).toBe(formatted);
      }),
      { numRuns: 300 },
    );
  });

  test('does so for any text, right or wrong', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const formatted = format(text);
        const [before, after] = [parseMarbles(text), parseMarbles(formatted)];
        expect(withoutPositions(after.scenarios)).toEqual(withoutPositions(before.scenarios));
        expect(after.problems.map(({ line, message }) => [line, message])).toEqual(
          before.problems.map(({ line, message }) => [line, message]),
        );
        expect(format(formatted)).toBe(formatted);
      }),
      { numRuns: 2_000 },
    );
  });
});
