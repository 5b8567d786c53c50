import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { onTestFinished, vi } from 'vitest';
import { runSluice } from '../../src/cli/sluice.ts';
import { projectFile } from '../support/source-files.ts';

export interface CliRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Cli {
  readonly child: ChildProcess;
  /** Types a line. */
  type(line: string): void;
  /** Waits until it has printed a text. */
  printed(words: string): Promise<void>;
  readonly ended: Promise<CliRun>;
}

/** Starts `sluice` from its source; its input stays open until `child.stdin` is ended. */
export function startCli(args: readonly string[]): Cli {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', projectFile('src/cli/main.ts'), ...args], {
    cwd: projectFile('.'),
    env: { ...env, NO_COLOR: '' },
  });
  onTestFinished(() => void child.kill());
  let out = '';
  let look = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
    look();
  });
  const err = text(child.stderr);
  const code = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      resolve(code);
      look();
    });
  });
  return {
    child,
    type: (line) => child.stdin.write(`${line}\n`),
    printed: (words) =>
      new Promise((resolve) => {
        look = () => {
          if (out.includes(words) || child.exitCode !== null) resolve();
        };
        look();
      }),
    ended: (async () => ({ code: await code, err: await err, out }))(),
  };
}

/** Runs `sluice` in this process, without any input: starting one takes half a second. */
export async function runCli(...args: readonly string[]): Promise<CliRun> {
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      printed[name] += String(chunk);
      return true;
    }),
  );
  const stdin = vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([]) as never);
  try {
    return { code: await runSluice(args), out: printed.stdout, err: printed.stderr };
  } finally {
    for (const spy of [...spies, stdin]) spy.mockRestore();
  }
}

/** A folder that is removed after the test. */
export async function newFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

export const read = (...path: readonly string[]): Promise<string> => readFile(join(...path), 'utf8');
