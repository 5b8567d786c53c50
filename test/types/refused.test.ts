import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile } from '../support/compile.ts';
import { projectFile } from '../support/source-files.ts';

const file = 'test/types/refused.types.ts';
const directive = /^\/\/ @ts-expect-error TS(\d+): (.+)$/;

const lines = readFileSync(projectFile(file), 'utf8').split('\n');
const expected = lines.flatMap((text, index) => {
  const [, code, words = ''] = directive.exec(text) ?? [];
  return code === undefined ? [] : [{ line: index + 2, code: Number(code), words }];
});

describe('what must not compile', () => {
  const complaints = compile(new Map([[file, lines.map((text) => text.replace('@ts-expect-error', '')).join('\n')]]));

  test('is refused line by line, and nothing else is', () => {
    expect(lines.filter((text) => text.includes('@ts-expect-error') && !directive.test(text))).toEqual([]);
    expect(complaints.map(({ line }) => line)).toEqual(expected.map(({ line }) => line));
  });

  for (const { line, code, words } of expected) {
    test(`is refused for its reason: ${lines[line - 1]}`, () => {
      const complaint = complaints.find((other) => other.line === line);
      expect(complaint?.code).toBe(code);
      expect(complaint?.message).toContain(words);
    });
  }
});
