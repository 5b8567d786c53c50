import type { Given, Reference, Scenario } from '../marble/scenario.ts';
import { SluiceError, show } from '../protocol/errors.ts';
import { type Fixture, toFixture } from './fixture.ts';

/** Gives the exports of a module that a marble text names. */
export type LoadModule = (
  module: string,
) => Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;

/** The modules that a scenario names. */
export function modulesOf({ settings: { use, context, options } }: Scenario): string[] {
  const references = [use, context, options].map((given) =>
    given !== undefined && 'from' in given ? given.from : given,
  );
  return references.flatMap((reference) =>
    reference !== undefined && 'module' in reference ? [reference.module] : [],
  );
}

/** Answers what makes the fixture of a scenario, once for each run. Throws `SLUICE_BAD_OPTION`. */
export function prepare({ title, settings }: Scenario, load: LoadModule): () => Promise<Fixture> {
  const { use, context, options, params } = settings;
  if (use === undefined) {
    throw new SluiceError(
      'SLUICE_BAD_OPTION',
      `The scenario ${show(title)} says not what it tests: write use: ./file.ts#name.`,
    );
  }
  return async () => {
    const exported = await exportOf(use, load);
    const fixture = toFixture(use.call ? await called(exported, use) : exported);
    const given = { context: await givenValue(context, load), options: await givenValue(options, load), params };
    return { ...fixture, ...withoutUndefined(given) } as Fixture;
  };
}

async function exportOf({ module, name }: Reference, load: LoadModule): Promise<unknown> {
  const exports = await load(module);
  if (name in exports) return exports[name];
  const names = Object.keys(exports).join(', ') || 'nothing';
  throw new SluiceError('SLUICE_BAD_OPTION', `${module} exports ${names}, not ${show(name)}.`);
}

function called(exported: unknown, { module, name }: Reference): unknown {
  if (typeof exported === 'function') return exported();
  throw new SluiceError(
    'SLUICE_BAD_OPTION',
    `${module}#${name} is ${show(exported)} and cannot be called: leave out the ().`,
  );
}

async function givenValue(given: Given | undefined, load: LoadModule): Promise<unknown> {
  if (given === undefined) return undefined;
  return 'json' in given ? given.json : exportOf(given.from, load);
}

function withoutUndefined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
