import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { marbles } from './src/testing-vitest.ts';

const source = (file: string): string => fileURLToPath(new URL(`./src/${file}`, import.meta.url));

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
    include: ['test/**/*.test.ts', 'marbles/*.marble', 'README.md', 'marbles/README.md'],
    testTimeout: 15_000,
    // By default one core is left free, which on two cores takes half of the speed.
    maxWorkers: '100%',
    coverage: { provider: 'v8', include: ['src/**'], thresholds: { lines: 95 }, reporter: ['text', 'json-summary'] },
  },
});
