import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { marbles } from '../../src/cli/marbles.ts';
import { accept } from '../../src/cli/marbles-accept.ts';
import { fmt } from '../../src/cli/marbles-fmt.ts';
import { lint } from '../../src/cli/marbles-lint.ts';
import { record } from '../../src/cli/marbles-record.ts';
import { replay } from '../../src/cli/marbles-replay.ts';
import { show } from '../../src/cli/marbles-show.ts';
import { svg } from '../../src/cli/marbles-svg.ts';
import { projectFile } from '../support/source-files.ts';
import { newFolder, read, runCli } from './sluice-cli.ts';

const fixture = `use: ${projectFile('test/fixtures/marbles/shout.ts')}#shout`;
/** A text without its line breaks. */
const inWords = (text: string): string => text.replaceAll(/\s+/g, ' ');

const passing = `${fixture}

== makes letters large ==
  in   -a-b-
  out  -A-B-
  A = "A"
  B = "B"
`;

describe('sluice marbles', { timeout: 60_000 }, () => {
  test('show draws the scenarios, and those with certain words only', async () => {
    const folder = await newFolder({ 'a.marble': `${passing}\n== other ==\n  out  ---\n` });
    const all = await runCli('marbles', 'show', folder);
    expect(all).toMatchObject({ code: 0, err: '' });
    expect(all.out).toContain('in   ┝─a─b─');
    expect(all.out).toContain('other');
    const one = await runCli('marbles', 'show', folder, '--title', 'letters');
    expect(one.out).not.toContain('other');
    expect((await runCli('marbles', 'show', folder, '--title', 'nowhere')).code).toBe(1);
  });

  test('show draws nothing of a file that cannot be read', async () => {
    const folder = await newFolder({ 'a.marble': '== a ==\n  out  --Q\n' });
    expect(await runCli('marbles', 'show', folder)).toEqual({
      code: 1,
      out: '',
      err: expect.stringContaining('Found "Q"'),
    });
  });

  test('svg writes a picture of each scenario into a new folder', async () => {
    const folder = await newFolder({ 'a.marble': passing });
    const run = await runCli('marbles', 'svg', join(folder, 'a.marble'), '--out', join(folder, 'img', 'new'));
    expect(run.code).toBe(0);
    expect(await readdir(join(folder, 'img', 'new'))).toEqual(['a.makes-letters-large.svg']);
    expect(await read(folder, 'img', 'new', 'a.makes-letters-large.svg')).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  test('svg does not draw two scenarios into one file', async () => {
    const folder = await newFolder({ 'a.marble': '== a b ==\n  out  -\n\n== a: b ==\n  out  -\n' });
    const run = await runCli('marbles', 'svg', folder, '--out', folder);
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining('Give one another title') });
  });

  test('fmt --check fails and writes nothing; fmt writes', async () => {
    const crooked = '==echo==\n in --a\n out   --a\n';
    const folder = await newFolder({ 'a.marble': crooked });
    const file = join(folder, 'a.marble');
    expect(await runCli('marbles', 'fmt', '--check', folder)).toMatchObject({ code: 1, err: '' });
    expect(await read(file)).toBe(crooked);
    expect(await runCli('marbles', 'fmt', folder)).toMatchObject({ code: 0 });
    expect(await read(file)).toBe('== echo ==\n  in   --a\n  out  --a\n');
    expect(await runCli('marbles', 'fmt', '--check', folder)).toMatchObject({ code: 0 });
  });

  test('lint says where a mistake is, and which scenario has no handler', async () => {
    const folder = await newFolder({
      'a.marble': `${passing}\n== one ==\n  in   --Q\n  out  ---\n`,
      'b.marble': '== two ==\n  out  -\n',
    });
    const run = await runCli('marbles', 'lint', folder);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/a\.marble:10:10 {2}Found "Q".*\n {4}in {3}--Q\n {11}\^\n/s);
    expect(inWords(run.err)).toMatch(/b\.marble:1:1 'two' does not say what it tests/);
    expect(Math.max(...run.err.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(run.out).toBe('2 scenarios in 2 files, 2 mistakes\n');
  });

  test('lint finds files without a scenario', async () => {
    const folder = await newFolder({ 'a.marble': '', 'b.marble': '# later\n', 'c.md': '# A page\n' });
    const run = await runCli('marbles', 'lint', folder);
    expect(run).toMatchObject({ code: 1, out: '0 scenarios in 3 files, 2 mistakes\n' });
    expect(inWords(run.err)).toMatch(
      /a\.marble:1:1 This file has no scenario\. One begins with a title such as == echo/,
    );
  });

  test('replay takes a handler for recordings only', async () => {
    const run = await runCli('marbles', 'replay', 'a.marble', '--use', './a.ts#a');
    expect(run.code).toBe(2);
    expect(run.err).toMatch(/--use is for recordings/);
  });

  test('replay draws a mistake, and says which export is wrong and what there is', async () => {
    const text = `${passing.replace('#shout', '#shuot')}\n== other ==\n  in   --Q\n  out  ---\n`;
    const folder = await newFolder({ 'a.marble': text });
    const run = await runCli('marbles', 'replay', folder);
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/ {6}in {3}--Q\n {13}\^\n {2}at .*a\.marble:10:10\n/);
    expect(inWords(run.out)).toMatch(
      /shout\.ts has no export 'shuot'\. It exports shout.*Write \S*#shout\. at \S*a\.marble:1:\d+ /,
    );
    const accepted = await runCli('marbles', 'accept', join(folder, 'a.marble'));
    expect(accepted).toMatchObject({ code: 1, out: expect.stringMatching(/#shout\.\n {2}at .*a\.marble:1:\d+\n/) });
  });

  test('replay says of a module that is not there where it was looked for, and nothing more', async () => {
    const folder = await newFolder({ 'a.marble': 'use: ./hander.js#shout\n\n== a ==\n  out  -\n' });
    const run = await runCli('marbles', 'replay', folder);
    expect(run.code).toBe(1);
    expect(inWords(run.out)).toContain(
      ` There is no ./hander.js: it was looked for at ${join(folder, 'hander.js')}. Correct the path. at `,
    );
  });

  test('replay runs scenarios and shows what fails, without colours in a pipe', async () => {
    const folder = await newFolder({ 'a.marble': passing.replace('-A-B-', '--A-B') });
    const run = await runCli('marbles', 'replay', folder);
    expect(run.code).toBe(1);
    expect(run.out).toContain('✗ a.marble: makes letters large');
    expect(run.out).toContain('out want  --A-B');
    expect(run.out).toMatch(/at .*a\.marble:5:10/);
    expect(run.out).toContain('1 scenario: 0 passed, 1 failed');
    expect(run.out + run.err).not.toContain('\u001b');
  });

  test('accept writes the out of a draft and leaves the rest as it stands', async () => {
    const draft = `${fixture}
# about it

== a draft ==
> prose
  in   -a-bb-
# between
  a = "hello"

== holds ==
  in  -x-
  out -X-
  X = "X"
`;
    const folder = await newFolder({ 'a.marble': draft });
    expect(await runCli('marbles', 'accept', join(folder, 'a.marble'))).toMatchObject({ code: 0 });
    const accepted = await read(folder, 'a.marble');
    expect(accepted).toContain(`== a draft ==
> prose
  in   -a-bb-
  out  -H-BB-
  a = "hello"
  H = "HELLO"
  B = "B"
# between

== holds ==
  in  -x-
  out -X-
`);
    expect(await runCli('marbles', 'replay', folder)).toMatchObject({ code: 0 });
    expect((await runCli('marbles', 'accept', join(folder, 'a.marble'))).out).toContain('0 scenarios of 2 rewritten');
  });

  test('accept shows the lines that go and come, and with --dry-run writes nothing', async () => {
    const text = `${passing.replace('-A-B-', '--A-B')}\n== holds ==\n  in   -x\n  out  -X\n  X = "X"\n`;
    const folder = await newFolder({ 'a.marble': text });
    const file = join(folder, 'a.marble');
    const shown = '✓ makes letters large\n  - out  --A-B\n  + out  -A-B-\n';
    const dry = await runCli('marbles', 'accept', file, '--dry-run');
    expect(dry).toEqual({ code: 0, out: `${shown}1 scenario of 2 would be rewritten, 0 failed\n`, err: '' });
    expect(await read(file)).toBe(text);
    const run = await runCli('marbles', 'accept', file);
    expect(run).toEqual({ code: 0, out: `${shown}1 scenario of 2 rewritten, 0 failed\n`, err: '' });
    expect(await read(file)).toBe(text.replace('--A-B', '-A-B-'));
  });

  test('accept says why there is nothing to do', async () => {
    const broken = '== a ==\n  out  --Q\n';
    const folder = await newFolder({ 'broken.marble': broken, 'empty.marble': '# later\n', 'a.marble': passing });
    const accept = (name: string, ...more: string[]) => runCli('marbles', 'accept', join(folder, name), ...more);
    expect(await accept('broken.marble')).toEqual({
      code: 1,
      out: '0 scenarios of 0 rewritten, 0 failed, 1 mistake\n',
      err: expect.stringContaining('Found "Q"'),
    });
    expect(await accept('empty.marble')).toMatchObject({ code: 1, err: expect.stringContaining('has no scenario') });
    expect(await accept('a.marble', '--title', 'nowhere')).toMatchObject({
      code: 1,
      err: 'There is no such scenario.\n',
    });
  });

  const faults = `
    import { readFile } from 'node:fs';
    import { map } from 'rxjs';
    export const leaks = ({ in$ }) => { setInterval(() => {}, 60_000); return in$; };
    export const reads = ({ in$ }) => { readFile('.', () => {}); return in$; };
    export const loses = ({ in$ }) => { void Promise.reject(new Error('lost')); return in$; };
    export const loops = () => { setInterval(() => {}, 0); };
    export const debounces = ({ in$ }) => in$.pipe(debounce());
    const debounce = () => (source) => new source.constructor((to) => {
      let timer;
      const off = source.subscribe((x) => { clearTimeout(timer); timer = setTimeout(() => to.next(x), 2); });
      off.add(() => clearTimeout(timer));
      return off;
    });
    let count = 0;
    export const counts = ({ in$ }) => in$.pipe(map(() => String(count++)));
    export const crashes = () => { throw new TypeError('no database'); };
    export const breaks = ({ in$ }) => in$.pipe(map((x) => String(JSON.parse(x))));
    export const route = { path: '/', options: { guard: () => { throw new Error('no'); } }, handler: ({ in$ }) => in$ };
  `;

  test.each([
    ['a leak', 'leaks', '-a-b-', /leak: setInterval of 1 min, set in \S*faults\.mjs:4/],
    ['a wait for something real', 'reads', '-a-b-', /waits for something real: a file, in \S*mjs:5/],
    ['a rejection that nobody catches', 'loses', '-a-b-', /nobody caught it: Error: lost/],
    ['a handler that never settles', 'loops', '-a-b-', /never settles/],
    ['a tie', 'debounces', '-a-b-', /tie: /],
    ['shared state', 'counts', '-a-b-', /shared state: /],
    [
      'a handler that throws',
      'crashes',
      '-a-b-',
      /the handler failed at 0 ms: TypeError: no database\n.*If it is to fail, write #/s,
    ],
    ['a stream that fails', 'breaks', '-a-b-', /the handler failed at 1 ms: SyntaxError: /],
    ['a guard that throws', 'route', '-a-b-', /the guard failed at 0 ms: Error: no\n/],
  ])('accept refuses %s, whatever the lanes are, and leaves the file alone', async (_what, name, lane, says) => {
    // One that never settles takes a second to be found.
    const lanes = name === 'loops' ? [''] : ['', `  out  ${lane}\n`, '  out  -----\n', '  wire -----\n', '  sub  -\n'];
    for (const out of lanes) {
      const text = `use: ./faults.mjs#${name}\n\n== a fault ==\n  in   ${lane}\n${out}`;
      const folder = await newFolder({ 'faults.mjs': faults, 'a.marble': text });
      const run = await runCli('marbles', 'accept', join(folder, 'a.marble'));
      expect(run).toMatchObject({ code: 1, out: expect.stringMatching(says) });
      expect(run.out).toContain('0 scenarios of 1 rewritten, 1 failed');
      expect(await read(folder, 'a.marble')).toBe(text);
    }
  });

  test('accept takes an error where one is written already', async () => {
    const text = 'use: ./faults.mjs#breaks\n\n== a fault ==\n  in   -1-b-\n  out  #----\n';
    const folder = await newFolder({ 'faults.mjs': faults, 'a.marble': text });
    expect(await runCli('marbles', 'accept', join(folder, 'a.marble'))).toMatchObject({ code: 0 });
    expect(await read(folder, 'a.marble')).toBe(text.replace('#----', '-1-#-'));
  });

  test('says what is missing, with exit code 2', async () => {
    expect(await runCli()).toMatchObject({ code: 2, err: expect.stringContaining('Commands:') });
    expect(await runCli('marbles', 'shwo')).toMatchObject({ code: 2, err: expect.stringContaining('show, svg, fmt') });
    expect(await runCli('marbles', 'lint')).toMatchObject({ code: 2, err: expect.stringContaining('lint --help') });
    expect(await runCli('marbles', 'fmt', '--chekc', 'x')).toMatchObject({ code: 2 });
    const missing = await runCli('marbles', 'show', 'nowhere.marble');
    expect(missing).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^There is no file or folder '.*nowhere.marble'\.\n$/),
    });
  });

  test('has help for each command', async () => {
    expect(await runCli('--help')).toMatchObject({ code: 0, out: expect.stringContaining('connect') });
    expect(await runCli('marbles', 'fmt', '--help')).toEqual({ code: 0, out: `${fmt.help}\n`, err: '' });
    const commands = { accept, fmt, lint, record, replay, show, svg };
    for (const [name, { help }] of Object.entries(commands)) {
      expect(help).toContain(`Usage: sluice marbles ${name} `);
      expect(Math.max(...help.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(125);
      expect(marbles.help).toContain(`  ${name.padEnd(6)}  `);
    }
  });
});
