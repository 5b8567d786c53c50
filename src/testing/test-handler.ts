import type { ServerChannel } from '../channel/channel.ts';
import { scenarioOf } from '../marble/in-code.ts';
import type { Scenario, Settings } from '../marble/scenario.ts';
import type { Trace } from '../marble/trace.ts';
import type { Route } from '../server/route.ts';
import { accepted } from './accepted.ts';
import { check } from './check.ts';
import { type AnyHandler, type AnySubject, type Fixture, toFixture } from './fixture.ts';
import { traced } from './trace-text.ts';
import type { EnterWorld } from './world.ts';

/** The upgrade request of a test. */
export interface TestRequest {
  /** Path and query. @default '/' */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The subprotocols offered, in order. @default [] */
  readonly protocols?: readonly string[];
}

/** The lanes of a test: `in`, `out`, `sub`, `wire` and the others, also with a party: `'ann.in'`. */
export type TestLanes = { readonly [lane in `${string}.${TestLane}` | TestLane]?: string };
type TestLane = 'in' | 'out' | 'sub' | 'wire' | 'peer' | 'buf' | 'drop' | 'log' | 'do' | 'push' | 'seen';

/** What a handler is tested with, and what it is to do. */
export type HandlerTest = TestLanes & {
  /** What symbols stand for; a lower-case letter or digit without an entry is the text of itself. */
  readonly values?: Readonly<Record<string, unknown>>;
  readonly request?: TestRequest;
  /** What the guard would have given: then it is not asked. */
  readonly context?: object;
  /** What the path would have given. */
  readonly params?: Readonly<Record<string, string>>;
  /** Options of the route. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly subjects?: Readonly<Record<string, AnySubject>>;
  readonly actions?: Fixture['actions'];
} & Partial<Pick<Settings, 'tick' | 'timing' | 'ties' | 'leaks' | 'epoch'>>;

/** What can be tested. With `make` it is made anew for each of the two runs, so that they share no state. */
export type TestSubject = AnyHandler | Route | Fixture | { readonly make: () => AnyHandler | Route | Fixture };

/** A handler of text that is written where it is tested: its channel has its type by itself. */
export type InlineHandler = (channel: ServerChannel<string, string, Readonly<Record<string, string>>>) => unknown;

/** Tests a handler, a route or a fixture, and answers what happened. */
export interface TestHandler {
  (handler: InlineHandler, test: HandlerTest): Promise<Trace>;
  (subject: TestSubject, test: HandlerTest): Promise<Trace>;
}

export function testHandlerIn(enter: EnterWorld): TestHandler {
  return async (subject: TestSubject, test) => {
    const { scenario, make } = read(subject, test, false);
    return traced(await check({ scenario, make, enter }), scenario);
  };
}

/** As `testHandlerIn`, and what the first run shows is what the lanes are to be. */
export function runHandlerIn(enter: EnterWorld): TestHandler {
  return async (subject: TestSubject, test) => {
    const { scenario: draft, make } = read(subject, test, true);
    const { scenario, trace } = await accepted({ scenario: draft, make, enter });
    return traced(trace, scenario);
  };
}

function read(
  subject: TestSubject,
  test: HandlerTest,
  draft: boolean,
): { readonly scenario: Scenario; readonly make: () => Fixture } {
  const { values = {}, request = {}, context, params, options, subjects, actions, ...rest } = test;
  const { tick, timing, ties, leaks, epoch, ...lanes } = rest;
  const settings = given({ tick, timing, ties, leaks, epoch, ...request });
  const scenario = scenarioOf({ lanes: given(lanes) as Record<string, string>, values, settings, draft });
  const beside = given({ context, params, options, subjects, actions });
  const make = 'make' in subject ? subject.make : () => subject;
  return { scenario, make: () => ({ ...toFixture(make()), ...beside }) };
}

function given<T extends object>(options: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
