import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const here = new URL('./', import.meta.url);

const textsIn = (folder: URL, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'));

const tests = textsIn(here, '.test.ts');
const scenarios = textsIn(new URL('../marbles/', here), '.marble').join('\n');

/** Number, promise and tests of each row of the list. */
const rows = readFileSync(new URL('behaviours.md', here), 'utf8')
  .split('\n')
  .map((line) => /^\| +(\d+) +\| (.+?) +\| (.+?) +\|$/.exec(line))
  .flatMap((found) => (found === null ? [] : [{ number: Number(found[1]), held: found[3] ?? '' }]));

const namesIn = (text: string): string[] => [...text.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);

test('the list of behaviours has each number once', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 106 }, (_, index) => index + 1));
});

test('each behaviour names its test or says why it does not apply', () => {
  const neither = rows.filter(({ held }) => namesIn(held).length === 0 && !held.startsWith('Does not apply: '));
  expect(neither).toEqual([]);
});

test('each test that the list of behaviours names is there', () => {
  const missing = rows.flatMap(({ number, held }) =>
    namesIn(held)
      .filter((name) => !tests.some((text) => text.includes(`'${name}`) || text.includes(`\`${name}`)))
      .filter((name) => !scenarios.includes(`== ${name} ==`))
      .map((name) => `${number}: ${name}`),
  );
  expect(missing).toEqual([]);
});
