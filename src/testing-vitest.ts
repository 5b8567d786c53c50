export { type MarblePlugin, marbles } from './adapters/vite-plugin.ts';
export { type MarbleTest, marbleTest, type RegisterTest, registerMarbles } from './adapters/vitest.ts';
export type { EachTest } from './adapters/vitest-each.ts';
export type { MarbleMatchers } from './adapters/vitest-matchers.ts';
export type { ExpectedMarbles } from './testing/match-trace.ts';
