import { expect, test } from 'vitest';
import { enterVirtualWorld } from '../../src/edge/virtual-world.ts';
import { MarbleMismatch } from '../../src/marble/mismatch.ts';
import { marbleTests, modulesOfText } from '../../src/testing/marble-tests.ts';

const echo = ({ in$ }: { in$: unknown }): unknown => in$;
const load = async (module: string): Promise<Record<string, unknown>> => {
  if (module === './echo.ts') return { echo };
  throw new Error(`Cannot find module ${module}`);
};
const tests = (text: string) => marbleTests({ file: 'rooms.marble', text }, load, enterVirtualWorld);
const scenario = (title: string, use: string): string => `== ${title} ==\nuse: ${use}\n  in   -a-\n  out  -a-\n`;

test('each scenario is a test, and so is each mistake', async () => {
  const [good, bad] = tests(`${scenario('good', './echo.ts#echo')}\n${scenario('bad', './echo.ts#echo')}  oops  -a\n`);
  expect(good?.name).toBe('good');
  await good?.run();
  expect(bad?.name).toBe('line 10, column 3');
  await expect(bad?.run()).rejects.toThrow('oops');
});

test('a module that cannot be loaded fails the scenarios that name it, at their titles, and no others', async () => {
  const [good, bad] = tests(scenario('good', './echo.ts#echo') + scenario('bad', './gone.ts#echo'));
  await good?.run();
  const error = await bad?.run().catch((reason) => reason);
  expect(error).toBeInstanceOf(MarbleMismatch);
  expect(error.message).toContain('Cannot find module ./gone.ts');
  expect(error.stack).toContain('rooms.marble:5:1');
});

test('an export that is not there fails at the title as well', async () => {
  const [bad] = tests(scenario('bad', './echo.ts#ecco'));
  await expect(bad?.run()).rejects.toThrow("./echo.ts exports echo, not 'ecco'");
});

test('of a Markdown page only the fences tagged marble are tests, each module is named once', () => {
  const fence = `\`\`\`marble\n${scenario('one', './echo.ts#echo')}\`\`\`\n`;
  const text = `# A page\n\n${fence}\n\`\`\`text\nnothing\n\`\`\`\n${fence.replace('one', 'two')}`;
  const page = { file: 'README.md', text };
  expect(marbleTests(page, load, enterVirtualWorld).map(({ name }) => name)).toEqual(['one', 'two']);
  expect(modulesOfText(page)).toEqual(['./echo.ts']);
});
