import { describe, expect, test } from 'vitest';
import { testHandler } from '../../src/edge/testing.ts';
import type { AnyHandler } from '../../src/testing/fixture.ts';
import { vitestProject } from '../support/vitest-project.ts';

const forgetful = `import { test } from 'vitest';
import { testHandler } from 'sluice/testing';

test('forgets to wait', () => {
  testHandler(({ in$ }) => in$, { in: '-a-', out: '--a' });
});
test('waits', () => testHandler(({ in$ }) => in$, { in: '-a-', out: '-a-' }));
test('has real time', () => new Promise((resolve) => setTimeout(resolve, 20)));
test('waits and fails', async () => {
  await testHandler(({ in$ }) => in$, { in: '-a-', out: '--a' });
});
`;

describe('a test that nobody waits for', () => {
  test('fails by its place, and no other test does', async () => {
    const shown = await vitestProject({ 'test/forgetful.test.ts': forgetful }).run();
    expect(shown).toContain('Unhandled Rejection');
    expect(shown).toContain(
      'NotAwaited: testHandler, in test/forgetful.test.ts:5, was not awaited. Write await before it, or return it.',
    );
    expect(shown).toMatch(/❯ test\/forgetful\.test\.ts:5:3/);
    expect(shown).toMatch(/Tests +1 failed \| 3 passed/);
  }, 60_000);
});

describe('a test that somebody waits for', () => {
  const echo: AnyHandler = ({ in$ }: { readonly in$: unknown }) => in$;
  const fails = (): Promise<unknown> => testHandler(echo, { in: '-a-', out: '--a' });

  test.each<[string, () => unknown]>([
    ['by await', async () => await fails()],
    ['by return', async () => fails()],
    ['by then', () => fails().then(() => {})],
    ['by finally', () => fails().finally(() => {})],
    ['by Promise.all', () => Promise.all([fails()])],
  ])('fails to them: %s', async (_name, wait) => {
    await expect(wait()).rejects.toThrow('a came 1 ms early');
  });

  test('fails at the place where it is called', async () => {
    const error = await fails().catch((error: Error) => error);
    const [frame] = (error as Error).stack?.match(/^ +at .*$/m) ?? [];
    expect(frame).toMatch(/called\.test\.ts/);
  });

  test('answers its trace', async () => {
    expect(await testHandler(echo, { in: '-a-', out: '-a-' })).toMatchObject({ duration: 3 });
  });
});
