import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadMarbles } from '../../src/edge/marble-files.ts';
import { projectFile } from '../support/source-files.ts';

const fixture = projectFile('test/fixtures/marbles');

describe('loadMarbles', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-marbles-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const write = async (name: string, content: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, content);
    return file;
  };

  const outcomes = async (fileOrFolder: string | URL): Promise<Record<string, string>> => {
    const told: Record<string, string> = {};
    for (const { name, run } of await loadMarbles(fileOrFolder)) {
      told[name] = await run().then(
        () => 'passes',
        (error: Error) => error.message.split('\n')[0] ?? '',
      );
    }
    return told;
  };

  test('makes a test of each scenario in the files and pages of a folder', async () => {
    expect(await outcomes(fixture)).toEqual({
      'page.md: on a page': 'passes',
      'shout.marble: makes letters large': 'passes',
      'shout.marble: fails': expect.stringContaining('1 ms early'),
      'shout.marble: is not ready (skipped: it needs a database)': 'passes',
    });
  });

  test('takes the URL of one file', async () => {
    const tests = await loadMarbles(new URL('../fixtures/marbles/page.md', import.meta.url));
    expect(tests.map(({ name }) => name)).toEqual(['page.md: on a page']);
  });

  test('makes a failing test of a mistake, and of a module that is not there', async () => {
    const file = await write(
      'broken.marble',
      'use: ./nowhere.js#echo\n\n== one ==\n  in   --Q\n\n== two ==\n  out  --a\n',
    );
    const told = await outcomes(file);
    expect(Object.keys(told)).toEqual(expect.arrayContaining(['broken.marble: two']));
    expect(told['broken.marble: two']).toMatch(/^There is no \.\/nowhere\.js: it was looked for at/);
    expect(Object.values(told).filter((outcome) => outcome === 'passes')).toEqual([]);
    expect(Object.keys(told).length).toBeGreaterThan(1);
  });

  test('makes a failing test of a file without a scenario that stands in a folder, but not of a page', async () => {
    await write('empty.marble', '# nothing\n');
    await write('page.md', '# A page\n');
    const told = await outcomes(folder);
    expect(told['empty.marble: has a scenario']).toMatch(/^This file has no scenario/);
    expect(Object.keys(told).filter((name) => name.startsWith('page.md'))).toEqual([]);
  });

  test('runs nothing beside an only', async () => {
    const file = await write('only.marble', '== one ==\nonly: yes\n  out  -\n\n== two ==\n  out  --a\n');
    const names = (await loadMarbles(file)).map(({ name }) => name);
    expect(names).toEqual(['only.marble: one', 'only.marble: two (skipped: another one is marked only)']);
  });

  test('refuses a path where there is nothing to run', async () => {
    await expect(loadMarbles(join(folder, 'missing'))).rejects.toThrow(/There is no file or folder .*missing/);
    await expect(loadMarbles(await write('empty.marble', '# nothing\n'))).rejects.toThrow(
      /There is no scenario in .*This file has no scenario\. One begins with a title/,
    );
    await expect(loadMarbles(await write('page.md', '# A page\n'))).rejects.toThrow(/a fence that is tagged marble/);
  });

  test('gives node:test its tests', async () => {
    const args = ['--import', 'tsx', '--test', '--test-reporter=tap', join(fixture, 'node-test.ts')];
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(process.execPath, args, { cwd: projectFile('.'), env, stdio: ['ignore', 'pipe', 'inherit'] });
    const tap = await text(child.stdout);
    expect(tap).toMatch(/^\s*ok \d+ - shout\.marble: makes letters large$/m);
    expect(tap).toMatch(/^\s*ok \d+ - page\.md: on a page$/m);
    expect(tap).toMatch(/^\s*not ok \d+ - shout\.marble: fails$/m);
    expect(tap).toContain('1 ms early');
    expect(tap).toMatch(/shout\.marble:11:\d+/);
  }, 30_000);
});
