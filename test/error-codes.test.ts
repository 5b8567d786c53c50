import { errorCodes } from 'sluice';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { readme, rowsUnder } from './support/readme.ts';
import { nodesOf, readSources } from './support/source-files.ts';

const codes = Object.keys(errorCodes).sort();
/** An environment variable, which begins like a code. */
const variable = 'SLUICE_WIRE';
const codesIn = (text: string): readonly string[] =>
  [...new Set(text.match(/\bSLUICE_[A-Z_]+\b/g))].filter((name) => name !== variable).sort();

describe('the error codes', () => {
  const sources = readSources();

  test('stand in the table of the README, each once', () => {
    expect(
      rowsUnder('Error codes')
        .map(([code = '']) => code.replaceAll('`', ''))
        .sort(),
    ).toEqual(codes);
  });

  test('are the only ones that the README names', () => {
    expect(codesIn(readme).filter((code) => !codes.includes(code))).toEqual([]);
  });

  test('are the only ones that the source names, comments included', () => {
    expect(codesIn(sources.map(({ text }) => text).join('\n')).filter((code) => !codes.includes(code))).toEqual([]);
  });

  test('are all raised somewhere', () => {
    const raised = sources
      .flatMap(nodesOf)
      .filter(ts.isNewExpression)
      .filter(({ expression }) => expression.getText() === 'SluiceError')
      .flatMap(({ arguments: given = [] }) =>
        given
          .slice(0, 1)
          .filter(ts.isStringLiteral)
          .map(({ text }) => text),
      );
    expect([...new Set(raised)].sort()).toEqual(codes);
  });
});
