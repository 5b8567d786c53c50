import { describe, expect, test } from 'vitest';
import { marbleFences } from '../../src/marble/fences.ts';
import { parseMarbles } from '../../src/marble/parse.ts';

describe('marbleFences', () => {
  test('finds fences tagged marble, and where their text begins', () => {
    const markdown = '# A\n```marble\n== a ==\n  out a\n```\n~~~ marble title\nb\n~~~~\n```ts\nc\n```\n```\nd\n```\n';
    expect(marbleFences(markdown)).toEqual([
      { text: '== a ==\n  out a', start: { line: 3, column: 1 } },
      { text: 'b', start: { line: 7, column: 1 } },
    ]);
  });

  test('takes a fence inside a longer one for text', () => {
    expect(marbleFences('````md\n```marble\na\n```\n````\n```marble\nb\n```')).toEqual([
      { text: 'b', start: { line: 7, column: 1 } },
    ]);
  });

  test('takes the indentation of a list away, and counts it in positions', () => {
    const [fence] = marbleFences('- a list\r\n\r\n  ```marble\r\n  == a ==\r\n    out X\r\n  ```\r\n');
    expect(fence).toEqual({ text: '== a ==\n  out X', start: { line: 4, column: 3 } });
    const { problems } = parseMarbles(fence?.text ?? '', fence);
    expect(problems).toMatchObject([{ line: 5, column: 9, found: '"X"' }]);
  });

  test('takes a fence without an end up to the end', () => {
    expect(marbleFences('```marble\na')).toEqual([{ text: 'a', start: { line: 2, column: 1 } }]);
    expect(marbleFences('no `marble` here')).toEqual([]);
  });
});
