import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { marbles } from './src/testing-vitest.ts';

const source = (file: string): string => fileURLToPath(new URL(`./src/${file}`, import.meta.url));

/** Folders of tests without sockets, files and processes. */
const pure = 'protocol,codec,flow,operators,channel,server,marble';

export default defineConfig({
  // `npm run test:wire` runs the scenarios over real sockets.
  plugins: [marbles({ wire: process.env.SLUICE_MARBLES === 'wire' })],
  resolve: {
    alias: [
      { find: /^sluice$/, replacement: source('index.ts') },
      { find: /^sluice\/operators$/, replacement: source('operators.ts') },
      { find: /^sluice\/recording$/, replacement: source('recording.ts') },
      { find: /^sluice\/testing$/, replacement: source('testing.ts') },
      { find: /^sluice\/testing\/vitest$/, replacement: source('testing-vitest.ts') },
      { find: /^sluice\/testing\/fast-check$/, replacement: source('testing-fast-check.ts') },
    ],
  },
  test: {
    // What takes long does so on a busy machine: properties, compilers, browsers.
    testTimeout: 60_000,
    // By default one core is left free, which on two cores takes half of the speed.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        // Nothing here outlives a test, so that modules are loaded once: half of the time goes into loading them.
        test: { name: 'pure', include: [`test/{${pure}}/**/*.test.ts`], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.test.ts', 'marbles/*.marble', 'README.md', 'marbles/README.md'],
          exclude: [`test/{${pure}}/**`],
        },
      },
    ],
    coverage: { provider: 'v8', include: ['src/**'], thresholds: { lines: 95 }, reporter: ['text', 'json-summary'] },
  },
});
