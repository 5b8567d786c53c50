import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (file: string): string => fileURLToPath(new URL(`./src/${file}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^sluice$/, replacement: source('index.ts') },
      { find: /^sluice\/operators$/, replacement: source('operators.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 15_000,
    // By default one core is left free, which on two cores takes half of the speed.
    maxWorkers: '100%',
    coverage: { provider: 'v8', include: ['src/**'], thresholds: { lines: 95 }, reporter: ['text', 'json-summary'] },
  },
});
