import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { marbleFences } from '../src/marble/fences.ts';
import { blocksOf, readme } from './support/readme.ts';
import { projectFile } from './support/source-files.ts';
import { vitestProject } from './support/vitest-project.ts';

const blocks = blocksOf('ts').filter(({ title }) => title.startsWith('Test a handler'));
const blockWith = (words: string): string => blocks.find(({ code }) => code.includes(words))?.code ?? '';

const testFile = blockWith('marbleTest(');
const handler = testFile.replace('const search', 'export const search').replace(/^marbleTest.*/ms, '');
const marbleFile = (marbleFences(readme)[0]?.text ?? '').replace('./marbles/tour.ts', '../search.ts');
const slower = (text: string): string => text.replace('debounceTime(3)', 'debounceTime(4)');
const language = readFileSync(projectFile('marbles/README.md'), 'utf8');
const inCode = blocksOf('ts', language).find(({ title }) => title.startsWith('In code'));
const config = blockWith('marbles()');

test('the READMEs have all that tests and .marble files need, and show a failure as it is printed', async () => {
  const shown = await vitestProject({
    'vitest.config.ts': config,
    'search.ts': handler,
    'slower.ts': slower(handler),
    'test/search.test.ts': testFile,
    'test/slower.test.ts': slower(testFile),
    'marbles/search.marble': marbleFile,
    'marbles/tour.ts': readFileSync(projectFile('marbles/tour.ts'), 'utf8'),
    'test/language.test.ts': inCode?.code.replace('./tour.ts', '../marbles/tour.ts') ?? '',
    'marbles/slower.marble': marbleFile.replace('search.ts', 'slower.ts'),
  }).run();
  expect(shown).toMatch(/Tests +2 failed \| 3 passed/);
  const failure = blocksOf('text').find(({ title }) => title.startsWith('Test a handler'));
  expect(shown.split(failure?.code ?? 'nothing')).toHaveLength(3);
}, 60_000);
