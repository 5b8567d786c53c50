import { runHandlerIn, type TestHandler, testHandlerIn } from '../testing/test-handler.ts';
import { whenAwaited } from './called.ts';
import { enterVirtualWorld } from './virtual-world.ts';

/**
 * Tests a handler with marbles, in virtual time: `in` is what the peer does, `out` what the handler is to answer.
 *
 * ```ts
 * await testHandler(({ in$ }) => in$.pipe(debounceTime(2)), {
 *   in:  '-ab---c---|',
 *   out: '----b---c-|',
 * });
 * ```
 *
 * Every column is a millisecond, and what is not written must not happen. The channel is the real one: backpressure,
 * heartbeat, closes and limits are as they run on a server. It runs twice, with input before and after timers of the same
 * instant.
 *
 * Rejects with `MarbleMismatch`, which draws what is different, and with `MarbleSyntaxError` for lanes that cannot be read.
 * Works under any test runner; the answer is what happened, as a `Trace`. It begins once it is awaited; without `await` it
 * fails as a rejection that nobody has caught.
 */
export const testHandler: TestHandler = whenAwaited('testHandler', testHandlerIn(enterVirtualWorld));

/**
 * Runs a handler as `testHandler` does, and expects nothing of it but that both runs show the same and that it does not
 * fail: for a snapshot, or for expectations of your own. Where it is to fail, write `out` with a `#` in it.
 *
 * ```ts
 * const trace = await runHandler(({ in$ }) => in$.pipe(debounceTime(2)), { in: '-ab---c----' });
 * expect(marblesOf(trace)).toBe('  in   -ab---c----\n  out  ----b---c--');
 * ```
 */
export const runHandler: TestHandler = whenAwaited('runHandler', runHandlerIn(enterVirtualWorld));
