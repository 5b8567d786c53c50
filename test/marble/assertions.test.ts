import { describe, expect, test } from 'vitest';
import { parseMarbles } from '../../src/marble/parse.ts';

const problemsOf = (...lanes: string[]): string[] =>
  parseMarbles(['== a ==', ...lanes.map((lane) => `  ${lane}`)].join('\n')).problems.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );

describe('a scenario that asserts nothing', () => {
  test.each([
    [
      'has in alone',
      ['in a'],
      '2:3 Found "in" alone, expected out or wire beside in. Without it nothing that comes out is checked. For silence write out and dashes.',
    ],
    [
      'has in with sub',
      ['in a', 'sub -'],
      '2:3 Found "in" alone, expected out or wire beside in. Without it nothing that comes out is checked. For silence write out and dashes.',
    ],
    [
      'has in with the out of another party',
      ['ann.in a', 'bob.out a'],
      '2:3 Found "ann.in" alone, expected ann.out or ann.wire beside ann.in. Without it nothing that comes out is checked. For silence write ann.out and dashes.',
    ],
    [
      'has peer alone',
      ['peer x'],
      '2:3 Found "peer" alone, expected out, wire, buf or drop beside peer. Without it nothing that comes out is checked. For silence write out and dashes.',
    ],
    [
      'has only scripted lanes',
      ['x.push a', 'do 1'],
      '2:3 Found only scripted lanes, expected an asserted lane such as out or NAME.seen. Without one the scenario passes whatever happens.',
    ],
    [
      'has no lanes',
      [],
      '1:1 Found a scenario without lanes, expected lanes. Write at least one asserted lane, for example out --a--b.',
    ],
    [
      'has only a time lane',
      ['time ---'],
      '1:1 Found a scenario without lanes, expected lanes. Write at least one asserted lane, for example out --a--b.',
    ],
  ])('is refused when it %s', (_, lanes, problem) => {
    expect(problemsOf(...lanes)).toEqual([problem]);
  });

  test.each([
    [['in a', 'wire -']],
    [['peer x', 'buf 0']],
    [['x.push a', 'x.seen a']],
    [['do 1', 'log a']],
    [['out -']],
  ])('is not what %j does', (lanes) => {
    expect(problemsOf(...lanes)).toEqual([]);
  });
});
