import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { projectFile } from '../support/source-files.ts';

/** Runs a handler in a process of its own; answers what it prints, and how it ended. */
function runAlone(handler: string): Promise<{ readonly printed: string; readonly signal: unknown }> {
  const program = [
    `import { testHandler } from ${JSON.stringify(projectFile('src/testing.ts'))};`,
    `await testHandler(${handler}, { in: '-a-', out: '-a-' });`,
    "console.log('done');",
  ].join('\n');
  const args = ['--import', 'tsx', '--input-type', 'module', '--eval', program];
  const options = { cwd: projectFile('.'), timeout: 30_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) =>
      resolve({ printed: stdout + stderr, signal: error?.signal }),
    );
  });
}

describe('a handler that never lets go of the thread', { timeout: 40_000 }, () => {
  test.concurrent.each([
    ['awaits for ever', 'async function awaits() { for (;;) await null; }', 'awaits'],
    ['computes for ever', 'function computes() { for (;;); }', 'computes'],
  ])('ends the process, which says where: %s', async (_name, handler, place) => {
    const { printed, signal } = await runAlone(handler);
    expect(printed).toMatch(/^A marble test keeps the thread busy and never lets go/);
    expect(printed).toContain(`    at ${place} (`);
    expect(printed).not.toContain('done');
    expect(signal).toBe('SIGKILL');
  });

  test('is watched by what does not keep a process alive', async () => {
    expect(await runAlone('({ in$ }) => in$')).toEqual({ printed: 'done\n', signal: undefined });
  });
});
