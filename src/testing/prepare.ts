import { nearestOf } from '../marble/nearest.ts';
import type { Given, Position, Reference, Scenario } from '../marble/scenario.ts';
import { show } from '../protocol/errors.ts';
import { type Fixture, toFixture } from './fixture.ts';

/** Gives the exports of a module that a marble text names; rejects with `CannotPrepare` where it says why it cannot. */
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

/** What a scenario names cannot be had. Its position is where the text names it. */
export class CannotPrepare extends Error {
  override readonly name = 'CannotPrepare';
  readonly position: Position | undefined;

  constructor(message: string, position: Position | undefined, options?: ErrorOptions) {
    super(message, options);
    this.position = position;
  }

  /** The same, named at a place. */
  at(position: Position | undefined): CannotPrepare {
    return new CannotPrepare(this.message, position, this.cause === undefined ? {} : { cause: this.cause });
  }
}

/** Answers what makes the fixture of a scenario, once for each run. It rejects with `CannotPrepare`. */
export function prepare({ position, settings }: Scenario, load: LoadModule): () => Promise<Fixture> {
  const { use, context, options, params } = settings;
  return async () => {
    if (use === undefined) {
      throw new CannotPrepare(
        'The scenario does not say what it tests. Write use: ./file.ts#name below its title.',
        position,
      );
    }
    const exported = await exportOf(use, load);
    const fixture = fixtureOf(use.call ? await called(exported, use) : exported, use);
    const given = { context: await givenValue(context, load), options: await givenValue(options, load), params };
    return { ...fixture, ...withoutUndefined(given) } as Fixture;
  };
}

async function exportOf(reference: Reference, load: LoadModule): Promise<unknown> {
  const { module, name, position } = reference;
  const exports = await imported(reference, load);
  if (name in exports) return exports[name];
  const names = Object.keys(exports);
  const has = names.length === 0 ? 'It exports nothing.' : `It exports ${names.join(', ')}.`;
  const nearest = names.length === 1 ? names[0] : nearestOf(name, names);
  const advice = nearest === undefined ? `Write one of these after #, or export ${name}` : `Write ${module}#${nearest}`;
  throw new CannotPrepare(
    `${module} has no export ${show(name)}. ${has} ${advice}.`,
    after(position, module.length + 1),
  );
}

/** That a module cannot be had is a mistake of the place that names it. */
async function imported({ module, position }: Reference, load: LoadModule): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await load(module);
  } catch (error) {
    if (error instanceof CannotPrepare) throw error.at(position);
    throw new CannotPrepare(error instanceof Error ? error.message : show(error), position, { cause: error });
  }
}

const after = (position: Position | undefined, columns: number): Position | undefined =>
  position && { ...position, column: position.column + columns };

async function called(exported: unknown, { module, name, position }: Reference): Promise<unknown> {
  if (typeof exported === 'function') return exported();
  const what = `${module}#${name} is ${show(exported)} and cannot be called: leave out the ().`;
  throw new CannotPrepare(what, after(position, module.length + name.length + 1));
}

function fixtureOf(given: unknown, { module, name, call, position }: Reference & { readonly call: boolean }): Fixture {
  try {
    return toFixture(given);
  } catch (cause) {
    const made = call ? ' answers' : ' is';
    const what = `${module}#${name}${made} ${show(given)}. A scenario tests a handler, a route or a fixture.`;
    throw new CannotPrepare(what, after(position, module.length + 1), { cause });
  }
}

async function givenValue(given: Given | undefined, load: LoadModule): Promise<unknown> {
  if (given === undefined) return undefined;
  return 'json' in given ? given.json : exportOf(given.from, load);
}

function withoutUndefined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
