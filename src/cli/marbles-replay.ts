import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadMarbles, loadModulesOf } from '../edge/marble-files.ts';
import { enterVirtualWorld } from '../edge/virtual-world.ts';
import { readRecording } from '../marble/recording.ts';
import { recordingToMarble } from '../marble/recording-scenario.ts';
import { marbleTests, modulesOfText, type ScenarioTest } from '../testing/marble-tests.ts';
import { readArguments, readDurationOption, readUseOption } from './arguments.ts';
import { type Command, Failure, UsageError } from './command.ts';
import { counted } from './marble-texts.ts';
import { clearProgress, paint, progress, say } from './terminal.ts';

export const replay: Command = {
  summary: 'runs scenarios and recordings, in virtual time',
  help: `Usage: sluice marbles replay FILE... [--use MODULE#EXPORT] [--tick 10ms]

Runs .marble files, the fences of Markdown pages, and recordings (.jsonl) against the handlers that they name.
Handlers in TypeScript: NODE_OPTIONS='--import tsx' sluice marbles replay ...

  --use MODULE#EXPORT   what a recording is run against, such as ./chat.ts#chat; with () behind it, it is called for each run
  --tick DURATION       times of a recording are rounded to it (default 10ms)`,
  run: async (args) => {
    const { positionals, values } = readArguments(args, {
      use: { type: 'string' },
      tick: { type: 'string', default: '10ms' },
    });
    if (positionals.length === 0) throw new UsageError('A file is missing.');
    const tick = readDurationOption('tick', values.tick);
    if (values.use !== undefined && !positionals.some((file) => file.endsWith('.jsonl'))) {
      throw new UsageError(
        '--use is for recordings (.jsonl): a scenario names its handler itself, by "use: FILE#EXPORT".',
      );
    }
    const tests: ScenarioTest[] = [];
    for (const file of positionals) {
      tests.push(...(file.endsWith('.jsonl') ? await recorded(file, values.use, tick) : await loadMarbles(file)));
    }
    return runAll(tests);
  },
};

async function recorded(file: string, use: string | undefined, tick: number): Promise<ScenarioTest[]> {
  if (use === undefined) throw new UsageError('--use is missing: a recording does not know its handler.');
  const text = await readFile(file, 'utf8').then(
    (lines) => asFailure(() => recordingToMarble(readRecording(lines), { title: file, use: readUseOption(use), tick })),
    (error: Error) => {
      throw new Failure(error.message);
    },
  );
  // Its modules are given on the command line, so they are relative to where that is.
  const source = { file: resolve('recording.marble'), text };
  return marbleTests(source, await loadModulesOf(source.file, modulesOfText(source)), enterVirtualWorld);
}

/** What is wrong with a recording is no fault of the program. */
export function asFailure<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}

async function runAll(tests: readonly ScenarioTest[]): Promise<number> {
  let failed = 0;
  let skipped = 0;
  for (const [index, { name, run, skip }] of tests.entries()) {
    progress(`${index + 1} of ${tests.length}  ${name}`);
    const error = skip === false ? await run().then(nothing, (error: Error) => error) : undefined;
    clearProgress();
    if (skip !== false) {
      skipped++;
      say(`${paint('yellow', '-')} ${name}`);
    } else if (error === undefined) {
      say(`${paint('green', '✓')} ${name}`);
    } else {
      failed++;
      say(`${paint('red', '✗')} ${name}`);
      say(`  ${error.message.replaceAll('\n', '\n  ')}\n${placeOf(error)}`);
    }
  }
  const parts = [
    `${tests.length - failed - skipped} passed`,
    `${failed} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  say(`${counted(tests.length, 'scenario')}: ${parts.join(', ')}`);
  return failed === 0 ? 0 : 1;
}

const nothing = (): undefined => undefined;

/** Where the text of a scenario is wrong, as its stack says. */
function placeOf({ stack = '' }: Error): string {
  const [, place] = /\(([^()]+\.(?:marble|md):\d+:\d+)\)/.exec(stack) ?? [];
  return place === undefined || place.includes('recording.marble') ? '' : paint('cyan', `  at ${place}\n`);
}
