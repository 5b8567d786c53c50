import { writeFile } from 'node:fs/promises';
import { loadModulesOf } from '../edge/marble-files.ts';
import { enterVirtualWorld } from '../edge/virtual-world.ts';
import { fold } from '../marble/draw/text-width.ts';
import { parseMarbles } from '../marble/parse.ts';
import type { Scenario } from '../marble/scenario.ts';
import { accepted } from '../testing/accepted.ts';
import { type CheckOptions, check } from '../testing/check.ts';
import { whyEmpty } from '../testing/marble-tests.ts';
import { CannotPrepare, modulesOf, prepare } from '../testing/prepare.ts';
import { onlyOperand, readArguments } from './arguments.ts';
import { type Command, Failure } from './command.ts';
import { counted, type MarbleText, readMarbleTexts, tellProblems } from './marble-texts.ts';
import { type Replaced, replaceScenario } from './replace-scenario.ts';
import { clearProgress, paint, progress, say } from './terminal.ts';

export const accept: Command = {
  summary: 'writes what came into the asserted lanes',
  help: `Usage: sluice marbles accept FILE [--title WORDS] [--dry-run]

Runs the scenarios of a .marble file and rewrites out and the other asserted lanes of those that do not hold. A scenario
that has only in gets its out. The lines that go (-) and come (+) are shown: read them before you keep them.

A fault is not accepted: the scenario stays as it is, what is wrong is said, and the exit code is 1. Such are leaks, ties,
a wait for something real, an error that nobody catches, a handler that never settles, and one that fails although no
out or wire of its peer has a # yet. To accept that it fails, write the # first.

  --title WORDS   only scenarios with these words in their title
  --dry-run       shows what would change, and writes nothing`,
  run: async (args) => {
    const { positionals, values } = readArguments(args, {
      title: { type: 'string', default: '' },
      'dry-run': { type: 'boolean', default: false },
    });
    const [marbles] = await readMarbleTexts([onlyOperand(positionals, 'a file')], { drafts: true });
    if (marbles === undefined || !marbles.file.endsWith('.marble')) throw new Failure('That is no .marble file.');
    const mistakes = tellProblems([marbles]);
    const wanted = marbles.scenarios.filter(({ title }) => title.includes(values.title));
    if (mistakes + wanted.length === 0) {
      throw new Failure(marbles.scenarios.length === 0 ? whyEmpty(marbles.file) : 'There is no such scenario.');
    }
    const { text, accepted, failed } = await acceptAll(marbles, wanted);
    const isDry = values['dry-run'];
    if (!isDry && text !== marbles.text) await writeFile(marbles.file, text);
    const done = `${counted(accepted, 'scenario')} of ${marbles.scenarios.length} ${isDry ? 'would be ' : ''}rewritten`;
    say([done, `${failed} failed`, ...(mistakes === 0 ? [] : [counted(mistakes, 'mistake')])].join(', '));
    return mistakes + failed === 0 ? 0 : 1;
  },
};

interface Outcome {
  readonly text: string;
  readonly accepted: number;
  readonly failed: number;
}

async function acceptAll({ file, shownAs, text }: MarbleText, wanted: readonly Scenario[]): Promise<Outcome> {
  let accepted = 0;
  let failed = 0;
  let rewritten = text;
  for (const scenario of wanted.filter(({ settings }) => settings.skip === false)) {
    progress(scenario.title);
    try {
      const changed = await acceptOne(file, scenario, rewritten);
      clearProgress();
      if (changed === undefined || changed.text === rewritten) continue;
      rewritten = changed.text;
      accepted++;
      say(`${paint('green', '✓')} ${scenario.title}`);
      sayChange(changed);
    } catch (error) {
      clearProgress();
      failed++;
      sayFailure(scenario.title, shownAs, error);
    }
  }
  return { text: rewritten, accepted, failed };
}

function sayChange({ gone, come }: Replaced): void {
  for (const line of gone) say(paint('red', `  - ${line.trim()}`));
  for (const line of come) say(paint('green', `  + ${line.trim()}`));
}

function sayFailure(title: string, file: string, error: unknown): void {
  const { message } = error as Error;
  const isProse = error instanceof CannotPrepare;
  say(`${paint('red', '✗')} ${title}\n  ${(isProse ? fold(message) : message).replaceAll('\n', '\n  ')}`);
  const place = isProse ? error.position : undefined;
  if (place !== undefined) say(paint('cyan', `  at ${file}:${place.line}:${place.column}`));
}

/** Puts into the text what the scenario shows when it is run, once that is known to hold; `undefined` where it held. */
async function acceptOne(file: string, scenario: Scenario, text: string): Promise<Replaced | undefined> {
  const load = await loadModulesOf(file, modulesOf(scenario));
  const make = prepare(scenario, load);
  const options = { make, enter: enterVirtualWorld, file };
  const asserts = scenario.lanes.some(({ kind }) => kind === 'out' || kind === 'wire');
  if (asserts && (await holds({ scenario, ...options }))) return undefined;
  const { scenario: shown } = await accepted({ scenario, ...options });
  const changed = replaceScenario(text, scenario, shown);
  const again = parseMarbles(changed.text).scenarios.find(({ title }) => title === scenario.title);
  if (again === undefined) throw new Failure('What came cannot be written.');
  await check({ scenario: again, ...options });
  return changed;
}

const holds = (options: CheckOptions): Promise<boolean> =>
  check(options).then(
    () => true,
    () => false,
  );
