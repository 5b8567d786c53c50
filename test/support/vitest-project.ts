import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { projectFile } from './source-files.ts';

/** A project of somebody who uses sluice and tests with vitest, in a folder of its own. */
export interface VitestProject {
  write(path: string, text: string): void;
  /** Runs its tests and answers what vitest prints, without colours. */
  run(...args: readonly string[]): Promise<string>;
  /** Starts watching; `shown` is what vitest has printed so far. */
  watch(): { readonly shown: () => string };
}

/** The doors of the package, as they are in the sources: nothing has to be built first. */
const doors = { '.': 'index.ts', './operators': 'operators.ts', './testing': 'testing.ts' };
const exported = { ...doors, './recording': 'recording.ts', './testing/vitest': 'testing-vitest.ts' };

export function vitestProject(files: Readonly<Record<string, string>>): VitestProject {
  const root = mkdtempSync(join(tmpdir(), 'sluice-project-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const exports = Object.fromEntries(Object.entries(exported).map(([door, file]) => [door, `./src/${file}`]));
  write('node_modules/sluice/package.json', JSON.stringify({ name: 'sluice', type: 'module', exports }));
  symlinkSync(projectFile('src'), join(root, 'node_modules/sluice/src'));
  for (const name of ['rxjs', 'vitest']) {
    symlinkSync(projectFile(`node_modules/${name}`), join(root, 'node_modules', name));
  }
  write('package.json', JSON.stringify({ type: 'module' }));
  for (const [path, text] of Object.entries(files)) write(path, text);

  const start = (args: readonly string[]): { child: ChildProcess; shown: () => string } => {
    const vitest = projectFile('node_modules/vitest/vitest.mjs');
    const env = { ...process.env, NO_COLOR: '1', VITEST: undefined };
    // Node itself would not read the TypeScript that the configuration imports.
    const given = [vitest, ...args, '--configLoader', 'runner'];
    const child = spawn(process.execPath, given, { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
    onTestFinished(() => {
      child.kill('SIGKILL');
      rmSync(root, { recursive: true, force: true });
    });
    return { child, shown: () => printed };
  };
  return {
    write,
    async run(...args) {
      const { child, shown } = start(['run', ...args]);
      await new Promise((resolve) => child.once('close', resolve));
      return shown();
    },
    watch: () => start(['watch']),
  };
}
