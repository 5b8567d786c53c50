import { printScenario } from '../marble/print.ts';
import type { Scenario } from '../marble/scenario.ts';
import { toScenario } from '../marble/to-marble.ts';
import type { Trace } from '../marble/trace.ts';

/** Which scenario a trace is of: its inputs belong into the drawing. */
const scenarios = new WeakMap<Trace, Scenario>();

/** Notes which scenario a trace is of. */
export function traced(trace: Trace, scenario: Scenario): Trace {
  scenarios.set(trace, scenario);
  return trace;
}

/**
 * Writes what happened as marbles: what the peer did, the lanes that were seen below, and what the symbols stand for.
 *
 * ```
 *   in   -a--b---
 *   out  ---A--B-
 *   A = "a, again"
 *   B = "b, again"
 * ```
 *
 * Of a trace that a test answered these are the lanes of the test; of another one all in which something was seen.
 */
export function marblesOf(trace: Trace): string {
  const drawn = { ...toScenario(trace, scenarios.get(trace)), title: '' };
  return printScenario(drawn, drawn.settings).split('\n').slice(1).join('\n').trimEnd();
}
