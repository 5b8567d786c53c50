import { expect, test } from 'vitest';
import { vitestProject } from './support/vitest-project.ts';

const config = `
import { marbles } from 'sluice/testing/vitest';
import { defineConfig } from 'vitest/config';

export default defineConfig({ plugins: [marbles()], test: { include: ['test/*.test.ts', '*.marble'] } });
`;

const broken = `== asks for a file that is not there ==
use: ./hander.ts#echo
  in   -a-
  out  -a-

== has two mistakes ==
use: ./hander.ts#echo
  in   -Q-
  ouT  -a-
`;

const faked = `import { beforeEach, vi } from 'vitest';
import { marbleTest } from 'sluice/testing/vitest';

beforeEach(() => void vi.useFakeTimers());
marbleTest('has other fake timers', ({ in$ }) => in$, { in: '-a-', out: '-a-' });
`;

test('vitest shows each failing scenario once, under its title, with what to do', async () => {
  const project = vitestProject({ 'vitest.config.ts': config, 'broken.marble': broken, 'test/faked.test.ts': faked });
  const shown = await project.run();
  expect(shown).toMatch(/Tests +3 failed/);
  expect(shown).toMatch(/FAIL .*asks for a file that is not there\n.*There is no \.\/hander\.ts: it was looked for/);
  expect(shown).not.toContain("'/hander.ts'");
  expect(shown).toMatch(/FAIL .*has two mistakes\n.*line 8, column 9: Found "Q".*line 9, column 3: Found "ouT"/s);
  expect(shown).toMatch(/FAIL .*has other fake timers\nError: Other fake timers are in use/);
}, 60_000);
