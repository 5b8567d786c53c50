import { modulesOfText } from '../testing/marble-tests.ts';

/** What Vite takes of a plugin, as far as this one goes. */
export interface MarblePlugin {
  readonly name: string;
  readonly enforce: 'pre';
  transform(code: string, id: string): { code: string; map: null } | undefined;
}

/** How the scenarios are run. */
export interface MarbleOptions {
  /** Over real sockets on this machine instead of sockets in memory. @default false */
  readonly wire?: boolean;
}

/** Where the tests get what they need; aliases of the project apply. */
const runtime = 'sluice/testing/vitest';

/**
 * Makes test files of `.marble` files, and of Markdown pages with fences that are tagged `marble`.
 *
 * ```ts
 * export default defineConfig({
 *   plugins: [marbles()],
 *   test: { include: ['test/*.test.ts', 'marbles/*.marble'] },
 * });
 * ```
 *
 * The modules that a scenario names are imported, so that watch mode runs it again when one of them changes.
 */
export function marbles(options: MarbleOptions = {}): MarblePlugin {
  return {
    name: 'sluice-marbles',
    enforce: 'pre',
    transform: (text, id) => {
      const [file = ''] = id.split('?', 1);
      if (!/\.(marble|md)$/.test(file)) return undefined;
      return { code: testModule(file, text, options), map: null };
    },
  };
}

function testModule(file: string, text: string, options: MarbleOptions): string {
  const quoted = JSON.stringify;
  const loaders = modulesOfText({ file, text }).map((name) => `${quoted(name)}: () => import(${quoted(name)})`);
  return [
    `import { registerMarbles } from ${quoted(runtime)};`,
    `const modules = { ${loaders.join(', ')} };`,
    // One that cannot be loaded fails the scenarios that name it, and no others.
    'await Promise.allSettled(Object.values(modules).map((load) => load()));',
    `registerMarbles(${quoted(file)}, ${quoted(text)}, modules, ${quoted(options)});`,
  ].join('\n');
}
