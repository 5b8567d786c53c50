import { expect, test, vi } from 'vitest';
import { vitestProject } from './support/vitest-project.ts';

const config = `
import { marbles } from 'sluice/testing/vitest';
import { defineConfig } from 'vitest/config';

export default defineConfig({ plugins: [marbles()], test: { include: ['*.marble'] } });
`;
const scenario = (out: string): string => `use: ./echo.ts#echo\n\n== echo ==\n  in   --a--\n  out  ${out}\n`;

test('watch mode runs a .marble file again when it changes, and when a module that it names does', async () => {
  const project = vitestProject({
    'vitest.config.ts': config,
    'echo.ts': 'export const echo = ({ in$ }) => in$;\n',
    'echo.marble': scenario('--a--'),
  });
  const { shown } = project.watch();
  let seen = 0;
  const shows = async (result: RegExp): Promise<void> => {
    const ready = () => expect(shown().slice(seen)).toMatch(/Watching for|Waiting for/);
    await vi.waitFor(ready, { timeout: 60_000, interval: 100 });
    expect(shown().slice(seen)).toMatch(result);
    seen = shown().length;
  };
  await shows(/Tests +1 passed/);
  project.write('echo.ts', 'export const echo = ({ in$ }) => void in$.subscribe();\n');
  await shows(/RERUN +echo\.ts.*Tests +1 failed/s);
  project.write('echo.marble', scenario('-----'));
  await shows(/RERUN +echo\.marble.*Tests +1 passed/s);
}, 200_000);
