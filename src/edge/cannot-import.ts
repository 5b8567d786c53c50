import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { show } from '../protocol/errors.ts';
import { CannotPrepare } from '../testing/prepare.ts';

/** Says why a module that a text names cannot be imported, and what to do: Node and Vite have words of their own. */
export function cannotImport(file: string, name: string, cause: unknown): CannotPrepare {
  const { code, message = show(cause) } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    const path = pathOf(file, name);
    if (path === undefined) {
      const what = `There is no package that gives ${name}. Install it; a file is named by a path that begins with ./.`;
      return new CannotPrepare(what, undefined);
    }
    // Where it is there, what it imports itself is missing.
    if (!existsSync(path)) {
      return new CannotPrepare(`There is no ${name}: it was looked for at ${path}. Correct the path.`, undefined);
    }
  }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /"\.[cm]?tsx?"/.test(message)) {
    const what = `${name} is TypeScript, or imports some, and this Node does not read it.`;
    const advice = "Set NODE_OPTIONS='--import tsx', or compile it first and name the .js file.";
    return new CannotPrepare(`${what} ${advice}`, undefined, { cause });
  }
  return new CannotPrepare(`${name} cannot be imported: ${message}`, undefined, { cause });
}

/** The file that a name means from there; `undefined` for a package. */
function pathOf(file: string, name: string): string | undefined {
  return isPackage(name) ? undefined : fileURLToPath(new URL(name, pathToFileURL(file)));
}

/** Whether a module is looked for among the packages. */
export const isPackage = (name: string): boolean => !/^(\.{0,2}\/|file:)/.test(name);
