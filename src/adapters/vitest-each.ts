import type { Arbitrary, Parameters as Settings } from 'fast-check';
import { testHandler } from '../edge/testing.ts';
import type { HandlerTest, TestSubject } from '../testing/test-handler.ts';

/** A test that is made of an arbitrary value: the handler beside its lanes. */
export type EachTest = HandlerTest & { readonly handler: TestSubject };

/** Tests a handler with many lanes; of what fails, the smallest is shown, drawn. Loads fast-check. */
export async function checkEach<Value>(
  arbitrary: Arbitrary<Value>,
  makeTest: (value: Value) => EachTest,
  settings: Settings<[Value]> = {},
): Promise<void> {
  const fc = await import('fast-check').catch((cause: unknown) => {
    throw new Error('marbleTest.each needs fast-check: npm install --save-dev fast-check', { cause });
  });
  const property = fc.asyncProperty(arbitrary, async (value) => {
    const { handler, ...lanes } = makeTest(value);
    await testHandler(handler, lanes as HandlerTest);
  });
  const details = await fc.check(property, settings);
  if (!details.failed) return;
  const { errorInstance, counterexample, numRuns, numShrinks, seed, counterexamplePath } = details;
  const error = errorInstance instanceof Error ? errorInstance : new Error(fc.defaultReportMessage(details));
  const again = `{ seed: ${seed}, path: ${JSON.stringify(counterexamplePath)} }`;
  const found = `${fc.stringify(counterexample?.[0])}, found at run ${numRuns}, made smaller ${numShrinks} times`;
  throw withNote(error, `  The smallest that fails: ${found}.\n  To run just this: marbleTest.each(..., ${again})`);
}

/** Adds lines below a message; runners show the stack, which begins with it. */
function withNote(error: Error, note: string): Error {
  const { message, stack = '' } = error;
  error.message = `${message}\n\n${note}`;
  error.stack = stack.replace(message, () => error.message);
  return error;
}
