import type { Arbitrary, Parameters as Settings } from 'fast-check';
import { describe, test } from 'vitest';
import { failAt, placeOf } from '../edge/called.ts';
import { cannotImport } from '../edge/cannot-import.ts';
import { testHandler } from '../edge/testing.ts';
import { enterVirtualWorld } from '../edge/virtual-world.ts';
import { checkOnWire } from '../edge/wire-run.ts';
import { emptyTest, marbleTests } from '../testing/marble-tests.ts';
import { whyNotOnWire } from '../testing/on-wire.ts';
import type { LoadModule } from '../testing/prepare.ts';
import type { HandlerTest, InlineHandler, TestSubject } from '../testing/test-handler.ts';
import { checkEach, type EachTest } from './vitest-each.ts';
import { extendVitest } from './vitest-matchers.ts';

/** Registers a test of a handler, a route or a fixture. */
export interface RegisterTest {
  (name: string, handler: InlineHandler, test: HandlerTest): void;
  (name: string, subject: TestSubject, test: HandlerTest): void;
}

/** Registers tests with marbles. */
export interface MarbleTest extends RegisterTest {
  /** The only one of its file that runs. */
  readonly only: RegisterTest;
  readonly skip: RegisterTest;
  /**
   * Tests with many lanes, of which the smallest that fails is drawn. Needs fast-check.
   *
   * ```ts
   * marbleTest.each('echo keeps order', anyLane('abc', 40), (lane) => ({ handler: echo, in: lane, out: lane }));
   * ```
   *
   * @param settings What fast-check takes, such as `{ numRuns: 1000 }`.
   */
  each<Value>(
    name: string,
    arbitrary: Arbitrary<Value>,
    makeTest: (value: Value) => EachTest,
    settings?: Settings<[Value]>,
  ): void;
}

function registerWith(register: (name: string, run: () => Promise<unknown>) => unknown): RegisterTest {
  const registered = (name: string, subject: TestSubject, lanes: HandlerTest): void => {
    const place = placeOf(registered);
    register(name, () => testHandler(subject, lanes).catch((error) => failAt(place, error)));
  };
  return registered;
}

extendVitest();

/**
 * Registers a test of a handler with marbles, so that there is no Promise to forget.
 *
 * ```ts
 * marbleTest('debounces', ({ in$ }) => in$.pipe(debounceTime(2)), {
 *   in:  '-ab---c---|',
 *   out: '----b---c-|',
 * });
 * ```
 *
 * @see {@link testHandler} for the lanes and what fails.
 */
export const marbleTest: MarbleTest = Object.assign(registerWith(test), {
  only: registerWith(test.only),
  skip: registerWith(test.skip),
  each: <Value>(
    name: string,
    arbitrary: Arbitrary<Value>,
    makeTest: (value: Value) => EachTest,
    settings: Settings<[Value]> = {},
  ): void => {
    const place = placeOf(marbleTest.each);
    test(name, () => checkEach(arbitrary, makeTest, settings).catch((error) => failAt(place, error)));
  },
});

/**
 * Registers the scenarios of a marble text; the plugin calls it for each `.marble` file.
 *
 * @param modules Load the modules that the text names, by those names.
 * @param options `wire`: over real sockets on this machine instead of sockets in memory, those that can.
 */
export function registerMarbles(
  file: string,
  text: string,
  modules: Readonly<Record<string, () => Promise<Readonly<Record<string, unknown>>>>>,
  { wire = false }: { readonly wire?: boolean } = {},
): void {
  const how = wire ? { whyNot: whyNotOnWire, check: checkOnWire } : enterVirtualWorld;
  const load: LoadModule = (module) =>
    modules[module]?.().catch((cause) => {
      throw cannotImport(file, module, cause);
    }) ?? {};
  const made = marbleTests({ file, text }, load, how);
  const tests = made.length === 0 ? [emptyTest({ file })] : made;
  describe('marbles', () => {
    for (const { name, only, skip, run } of tests) {
      if (skip !== false) test.skip(`${name} (${skip})`, run);
      // biome-ignore lint/suspicious/noFocusedTests: the scenario says so.
      else if (only) test.only(name, run);
      else test(name, run);
    }
  });
}
