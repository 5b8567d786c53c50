import { expect, test } from 'vitest';
import { enterVirtualWorld } from '../../src/edge/virtual-world.ts';
import { MarbleMismatch } from '../../src/marble/mismatch.ts';
import { emptyTest, marbleTests, modulesOfText } from '../../src/testing/marble-tests.ts';

const echo = ({ in$ }: { in$: unknown }): unknown => in$;
const load = async (module: string): Promise<Record<string, unknown>> => {
  if (module === './echo.ts') return { echo };
  throw new Error(`Cannot find module ${module}`);
};
const tests = (text: string) => marbleTests({ file: 'rooms.marble', text }, load, enterVirtualWorld);
const scenario = (title: string, use: string): string => `== ${title} ==\nuse: ${use}\n  in   -a-\n  out  -a-\n`;

test('each scenario is a test, and one with a mistake fails under its title', async () => {
  const [good, bad] = tests(`${scenario('good', './echo.ts#echo')}\n${scenario('bad', './echo.ts#echo')}  oops  -a\n`);
  expect(good?.name).toBe('good');
  await good?.run();
  expect(bad?.name).toBe('bad');
  await expect(bad?.run()).rejects.toThrow('oops');
});

test('all mistakes of a scenario are one test that draws each', async () => {
  const made = tests('== bad ==\n  in   --Q\n  out  --W\n\n== no end\n  out  -R\n');
  expect(made.map(({ name }) => name)).toEqual(['bad', 'line 5, column 10']);
  const error = await made[0]?.run().catch((reason) => reason);
  expect(error.message).toMatch(/line 2, column 10: Found "Q".* {4}in {3}--Q\n.*line 3, column 10: Found "W"/s);
});

test('a title that is missing above the first lanes is said once', async () => {
  const made = tests('tick: 1\necho ==\n> prose\n  in   --a\n  out  --a\n');
  expect(made.map(({ name }) => name)).toEqual(['line 1, column 7']);
  const error = await made[0]?.run().catch((reason) => reason);
  expect(error.message.match(/Found/g)).toHaveLength(3);
});

test('a module that cannot be loaded fails the scenarios that name it, where they do, and no others', async () => {
  const [good, bad] = tests(scenario('good', './echo.ts#echo') + scenario('bad', './gone.ts#echo'));
  await good?.run();
  const error = await bad?.run().catch((reason) => reason);
  expect(error).toBeInstanceOf(MarbleMismatch);
  expect(error.message).toContain('Cannot find module ./gone.ts');
  expect(error.stack).toContain('rooms.marble:6:6');
  expect(error.cause.message).toBe('Cannot find module ./gone.ts');
});

test('an export that is not there fails where it is named', async () => {
  const [bad] = tests(scenario('bad', './echo.ts#ecco'));
  const error = await bad?.run().catch((reason) => reason);
  expect(error.message).toBe("./echo.ts has no export 'ecco'. It exports echo. Write\n./echo.ts#echo.");
  expect(error.stack).toContain('(rooms.marble:2:16)');
});

test.each([
  [
    'use: ./many.ts#rooom',
    '3:16',
    "no export 'rooom'. It exports room, echo, Lobby. Write one of these after #, or export rooom.",
  ],
  ['use: ./many.ts#lobby', '3:16', 'Write ./many.ts#Lobby.'],
  ['use: ./none.ts#room', '3:16', "no export 'room'. It exports nothing."],
  ['use: ./many.ts#room()', '3:20', './many.ts#room is 7 and cannot be called: leave out the ().'],
  ['use: ./many.ts#room', '3:16', './many.ts#room is 7. A scenario tests a handler, a route or a fixture.'],
  ['use: ./many.ts#echo\noptions: ./many.ts#two', '4:20', "no export 'two'"],
  ['use: ./many.ts#echo\ncontext: ./many.ts#two', '4:20', "no export 'two'"],
  ['use: ./many.ts#echo\ncontext: ./gone.ts#two', '4:10', 'gone'],
  ['tick: 1ms', '2:1', 'The scenario does not say what it tests. Write use: ./file.ts#name below its title.'],
])('a scenario with %s fails at %s and says what to correct', async (settings, place, says) => {
  const modules: Record<string, Record<string, unknown>> = {
    './many.ts': { room: 7, echo, Lobby: 1 },
    './none.ts': {},
  };
  const text = `# rooms\n== bad ==\n${settings}\n  out  -\n`;
  const load = async (module: string) => modules[module] ?? Promise.reject(new Error('gone'));
  const [bad] = marbleTests({ file: 'rooms.marble', text }, load, enterVirtualWorld);
  const error = await bad?.run().catch((reason) => reason);
  expect(error.message.replaceAll('\n', ' ')).toContain(says);
  expect(error.stack).toContain(`(rooms.marble:${place})`);
});

test('a mistake in a text is drawn, and its stack names the place', async () => {
  const [bad] = tests('== one ==\n  in   --Q\n  out  ---\n');
  const error = await bad?.run().catch((reason) => reason);
  expect(`\n${error.stack}\n`).toBe(`
MarbleSyntaxError: line 2, column 10: Found "Q", expected a symbol that means
something. Add a line to the legend, for example Q = "text". Only lower-case
letters and digits stand for themselves.
    in   --Q
           ^
    at scenario (rooms.marble:2:10)
`);
});

test('of a long line the part around a mistake is drawn', async () => {
  const [bad] = tests(`== one ==\n  out  ${'-a'.repeat(60)}[${'-b'.repeat(60)}\n`);
  const error = await bad?.run().catch((reason) => reason);
  const [line = '', caret = ''] = error.message.split('\n').slice(-2);
  expect(line.length).toBe(80);
  expect(line[caret.indexOf('^')]).toBe('[');
});

test('a text without a scenario says so', async () => {
  await expect(emptyTest({ file: 'rooms.marble' }).run()).rejects.toThrow('This file has no scenario. One begins with');
  await expect(emptyTest({ file: 'page.md' }).run()).rejects.toThrow('This page has no scenario.');
});

test('of a Markdown page only the fences tagged marble are tests, each module is named once', () => {
  const fence = `\`\`\`marble\n${scenario('one', './echo.ts#echo')}\`\`\`\n`;
  const text = `# A page\n\n${fence}\n\`\`\`text\nnothing\n\`\`\`\n${fence.replace('one', 'two')}`;
  const page = { file: 'README.md', text };
  expect(marbleTests(page, load, enterVirtualWorld).map(({ name }) => name)).toEqual(['one', 'two']);
  expect(modulesOfText(page)).toEqual(['./echo.ts']);
});
