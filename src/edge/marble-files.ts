import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SluiceError, show } from '../protocol/errors.ts';
import { emptyTest, marbleTests, modulesOfText, type ScenarioTest, whyEmpty } from '../testing/marble-tests.ts';
import type { LoadModule } from '../testing/prepare.ts';
import { cannotImport, isPackage } from './cannot-import.ts';
import { enterVirtualWorld } from './virtual-world.ts';

/**
 * Makes tests of a `.marble` file, of a Markdown page with fences that are tagged `marble`, or of all of them in a
 * folder and below it. For any test runner:
 *
 * ```ts
 * import { test } from 'node:test';
 * import { loadMarbles } from 'sluice/testing';
 *
 * for (const { name, run } of await loadMarbles('marbles')) test(name, run);
 * ```
 *
 * The modules that the scenarios name are imported as the process imports modules, so handlers in TypeScript need a loader
 * such as `tsx`. A mistake in a text, and a module that cannot be imported, is a test that fails; the others still run.
 * What is marked `skip`, or stands beside an `only`, passes without being run, and its name says so.
 *
 * Rejects with `SLUICE_BAD_OPTION` where there is nothing to run.
 *
 * @param fileOrFolder A path, relative to the working directory, or a `file:` URL.
 */
export async function loadMarbles(fileOrFolder: string | URL): Promise<ScenarioTest[]> {
  const from = resolve(fileOrFolder instanceof URL ? fileURLToPath(fileOrFolder) : fileOrFolder);
  const files = await marbleFilesIn(from);
  const loaded = await Promise.all(
    files.map(async (file) => {
      const tests = await testsOf(file, relative(from, file) || basename(file));
      // In a folder there may be pages about other things.
      return tests.length === 0 && file !== from && file.endsWith('.marble')
        ? [{ ...emptyTest({ file }), name: `${relative(from, file)}: has a scenario` }]
        : tests;
    }),
  );
  const tests = loaded.flat();
  if (tests.length === 0) {
    const why = files.includes(from)
      ? whyEmpty(from)
      : 'It has no .marble files, and no pages with fences tagged marble.';
    throw new SluiceError('SLUICE_BAD_OPTION', `There is no scenario in ${show(from)}. ${why}`);
  }
  const isAlone = tests.some(({ only }) => only);
  return tests.map((test) => {
    const skip = test.skip === false && isAlone && !test.only ? 'another one is marked only' : test.skip;
    return skip === false ? test : { ...test, skip, name: `${test.name} (skipped: ${skip})`, run: async () => {} };
  });
}

/** The `.marble` files and Markdown pages in a folder and below it, sorted; of a file, that file. */
export async function marbleFilesIn(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new SluiceError('SLUICE_BAD_OPTION', `There is no file or folder ${show(path)}.`);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const below = entries
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(async (entry) => {
      if (entry.isDirectory()) return marbleFilesIn(join(path, entry.name));
      return /\.(marble|md)$/.test(entry.name) ? [join(path, entry.name)] : [];
    });
  return (await Promise.all(below)).flat();
}

/** Imports what a file names; a module that cannot be imported fails where it is asked for. */
export async function loadModulesOf(file: string, names: readonly string[]): Promise<LoadModule> {
  const modules = new Map(await Promise.all(names.map(async (name) => [name, await importFrom(file, name)] as const)));
  return (name) => {
    const module = modules.get(name);
    if (module === undefined) throw new SluiceError('SLUICE_BAD_OPTION', `${show(name)} was not imported.`);
    if ('failure' in module) throw module.failure;
    return module.exports;
  };
}

async function testsOf(file: string, shownAs: string): Promise<ScenarioTest[]> {
  const source = { file, text: await readFile(file, 'utf8') };
  const tests = marbleTests(source, await loadModulesOf(file, modulesOfText(source)), enterVirtualWorld);
  return tests.map((test) => ({ ...test, name: `${shownAs}: ${test.name}` }));
}

type Imported = { readonly exports: Readonly<Record<string, unknown>> } | { readonly failure: unknown };

async function importFrom(file: string, name: string): Promise<Imported> {
  try {
    const url = isPackage(name) ? pathToFileURL(createRequire(file).resolve(name)) : new URL(name, pathToFileURL(file));
    return { exports: await import(url.href) };
  } catch (cause) {
    return { failure: cannotImport(file, name, cause) };
  }
}
