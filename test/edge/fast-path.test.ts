import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

test.each([
  [undefined, true],
  ['1', true],
  ['plain', false],
])('SLUICE_WIRE=%s makes the fast path %s', async (wire, on) => {
  vi.resetModules();
  vi.stubEnv('SLUICE_WIRE', wire);
  expect((await import('../../src/edge/fast-path.ts')).fastPath).toBe(on);
});
