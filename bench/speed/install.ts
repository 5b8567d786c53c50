import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BUN } from './subjects.ts';

const folder = fileURLToPath(new URL('../peers', import.meta.url));

/** Installs what sluice is compared with, once. */
export function install(): void {
  if (existsSync(`${folder}/node_modules`) && existsSync(BUN)) return;
  console.log('Installing what is compared with, into bench/peers/node_modules (about 150 MB) ...');
  run('npm', ['ci', '--no-audit', '--no-fund']);
  // Where npm holds install scripts back, the binary is still to be fetched.
  if (spawnSync(BUN, ['--version']).status !== 0) run('node', ['node_modules/bun/install.js']);
}

function run(command: string, parameters: readonly string[]): void {
  const { status } = spawnSync(command, parameters, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${parameters.join(' ')} failed in bench/peers: run it there by hand.`);
}
