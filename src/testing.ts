export { loadMarbles } from './edge/marble-files.ts';
export { runHandler, testHandler } from './edge/testing.ts';
export {
  any,
  anyNumber,
  anyString,
  bytes,
  close,
  error,
  GivenValue,
  id,
  now,
  ping,
  pong,
  reject,
  sequence,
  terminate,
} from './marble/given.ts';
export { MarbleMismatch } from './marble/mismatch.ts';
export { MarbleSyntaxError } from './marble/problem.ts';
export type { Seen, Trace, TraceEvent, TraceLane } from './marble/trace.ts';
export type { AnyHandler, AnySubject, Fixture, StagedApp } from './testing/fixture.ts';
export type { ScenarioTest } from './testing/marble-tests.ts';
export type {
  HandlerTest,
  InlineHandler,
  TestHandler,
  TestLanes,
  TestRequest,
  TestSubject,
} from './testing/test-handler.ts';
export { marblesOf } from './testing/trace-text.ts';
