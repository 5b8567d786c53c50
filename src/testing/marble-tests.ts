import { fold } from '../marble/draw/text-width.ts';
import { marbleFences } from '../marble/fences.ts';
import { splitLines } from '../marble/lines.ts';
import { MarbleMismatch } from '../marble/mismatch.ts';
import { parseMarbles } from '../marble/parse.ts';
import { MarbleSyntaxError } from '../marble/problem.ts';
import type { MarbleSyntaxProblem, Scenario } from '../marble/scenario.ts';
import { show } from '../protocol/errors.ts';
import { type CheckOptions, check } from './check.ts';
import type { Fixture } from './fixture.ts';
import { CannotPrepare, type LoadModule, modulesOf, prepare } from './prepare.ts';
import type { EnterWorld } from './world.ts';

/** One test out of a marble text. */
export interface ScenarioTest {
  readonly name: string;
  readonly only: boolean;
  /** Why it is not run. */
  readonly skip: string | false;
  /** Rejects if the scenario does not hold. */
  readonly run: () => Promise<void>;
}

/** A marble text and where it comes from. */
export interface MarbleSource {
  readonly file: string;
  readonly text: string;
}

/** What a text holds: the whole of it, or the fences of a Markdown page. */
function parts({ file, text }: MarbleSource): ReturnType<typeof parseMarbles>[] {
  return file.endsWith('.md')
    ? marbleFences(text).map((fence) => parseMarbles(fence.text, fence))
    : [parseMarbles(text)];
}

/** The modules that the scenarios of a text name, each once. */
export function modulesOfText(source: MarbleSource): string[] {
  return [...new Set(parts(source).flatMap(({ scenarios }) => scenarios.flatMap(modulesOf)))];
}

/** Another way to check scenarios than in virtual time. */
export interface Checking {
  /** Why it cannot check this one. */
  whyNot(scenario: Scenario): string | undefined;
  check(options: Omit<CheckOptions, 'enter'>): Promise<unknown>;
}

/** The tests of a text: one for each scenario, readable or not, and one for the mistakes above the first. */
export function marbleTests(source: MarbleSource, load: LoadModule, how: EnterWorld | Checking): ScenarioTest[] {
  const checking: Checking =
    typeof how === 'function'
      ? { whyNot: () => undefined, check: (options) => check({ ...options, enter: how }) }
      : how;
  return parts(source).flatMap(({ scenarios, problems }) => [
    ...scenarios.map((scenario) => testOf(scenario, source.file, load, checking)),
    ...byScenario(problems).map((together) => mistaken(together, source)),
  ]);
}

function testOf(scenario: Scenario, file: string, load: LoadModule, checking: Checking): ScenarioTest {
  const { only, skip } = scenario.settings;
  const run = async (): Promise<void> => {
    await checking.check({ scenario, make: () => makeFixture(scenario, file, load), file });
  };
  return { name: scenario.title, only, skip: skip === false ? (checking.whyNot(scenario) ?? false) : skip, run };
}

/** What a scenario cannot be made of is a mistake of its text, unless it is one of the module. */
async function makeFixture(scenario: Scenario, file: string, load: LoadModule): Promise<Fixture> {
  try {
    return await prepare(scenario, load)();
  } catch (cause) {
    const { title, settings, position } = scenario;
    if (!(cause instanceof CannotPrepare)) {
      const message = cause instanceof Error ? cause.message : show(cause);
      throw new MarbleMismatch(message, { position: settings.use?.position ?? position, title, file, cause });
    }
    // The place in the text says where it is wrong; only what a module has thrown has a stack that helps.
    const thrown = cause.cause === undefined ? {} : { cause: cause.cause };
    throw new MarbleMismatch(folded(cause.message), { position: cause.position ?? position, title, file, ...thrown });
  }
}

/** At least one mistake, and the others of the same scenario. */
type Mistakes = readonly [MarbleSyntaxProblem, ...MarbleSyntaxProblem[]];

function byScenario(problems: readonly MarbleSyntaxProblem[]): Mistakes[] {
  const together = new Map<string | undefined, [MarbleSyntaxProblem, ...MarbleSyntaxProblem[]]>();
  for (const problem of problems) {
    const others = together.get(problem.title);
    if (others === undefined) together.set(problem.title, [problem]);
    else others.push(problem);
  }
  return [...together.values()];
}

/** The test of a scenario that cannot be read; where its title cannot either, it is named after its place. */
function mistaken(problems: Mistakes, { file, text }: MarbleSource): ScenarioTest {
  const [{ title, line, column }] = problems;
  const run = async (): Promise<void> => {
    throw new MarbleSyntaxError(problems, (line) => [`line ${line}`, splitLines(text)[line - 1] ?? ''], file);
  };
  return { name: title || `line ${line}, column ${column}`, only: false, skip: false, run };
}

/** Breaks the prose of a failure, behind what runners write before it. */
const folded = (message: string): string => {
  const prefix = 'MarbleMismatch: ';
  return fold(prefix + message).slice(prefix.length);
};

/** The test of a text without a scenario: it fails, since whoever runs it means to test something. */
export function emptyTest({ file }: Pick<MarbleSource, 'file'>): ScenarioTest {
  const run = async (): Promise<void> => {
    throw new MarbleMismatch(folded(whyEmpty(file)), { position: { line: 1, column: 1 }, title: 'no scenario', file });
  };
  return { name: 'has a scenario', only: false, skip: false, run };
}

/** Says that a text has no scenario, and how to write one. */
export function whyEmpty(file: string): string {
  return file.endsWith('.md')
    ? 'This page has no scenario. Put one into a fence that is tagged marble, or leave the page out of the tests.'
    : 'This file has no scenario. One begins with a title such as == echo ==, and has lanes below it: in --a, out --a.';
}
