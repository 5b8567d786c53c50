import { describe, expect, test } from 'vitest';
import { cannotImport } from '../../src/edge/cannot-import.ts';
import { projectFile } from '../support/source-files.ts';

const here = projectFile('test/fixtures/marbles/page.md');

/** An error as Node and Vite have it. */
const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe('cannotImport', () => {
  test('says where a file was looked for, as it is written', () => {
    const error = cannotImport(here, './hander.ts', failure('ERR_MODULE_NOT_FOUND', "Cannot find module '/hander.ts'"));
    expect(error.message).toBe(
      `There is no ./hander.ts: it was looked for at ${projectFile('test/fixtures/marbles/hander.ts')}. Correct the path.`,
    );
    expect(error.cause).toBeUndefined();
  });

  test('knows a file that is there and imports one that is not', () => {
    const cause = failure('ERR_MODULE_NOT_FOUND', "Cannot find module '/gone.ts'");
    const error = cannotImport(here, './shout.ts', cause);
    expect(error).toMatchObject({ message: "./shout.ts cannot be imported: Cannot find module '/gone.ts'", cause });
  });

  test('takes what does not begin with a dot for a package', () => {
    const error = cannotImport(here, 'hander.ts', failure('MODULE_NOT_FOUND', 'Cannot find module'));
    expect(error.message).toMatch(/no package that gives hander\.ts\. Install it; a file is named by .* \.\/\.$/);
  });

  test('says how to load TypeScript', () => {
    const cause = failure('ERR_UNKNOWN_FILE_EXTENSION', 'Unknown file extension ".ts" for /a/chat.ts');
    expect(cannotImport(here, './shout.ts', cause).message).toBe(
      './shout.ts is TypeScript, or imports some, and this Node does not read it. ' +
        "Set NODE_OPTIONS='--import tsx', or compile it first and name the .js file.",
    );
  });

  test('says what a module has thrown, whatever it is', () => {
    expect(cannotImport(here, './shout.ts', new TypeError('no database'))).toMatchObject({
      message: './shout.ts cannot be imported: no database',
      cause: { name: 'TypeError' },
    });
    expect(cannotImport(here, './shout.ts', 'no').message).toBe("./shout.ts cannot be imported: 'no'");
    expect(cannotImport(here, './shout.ts', null).message).toBe('./shout.ts cannot be imported: null');
  });
});
