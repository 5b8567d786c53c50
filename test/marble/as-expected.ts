import { laneRules } from '../../src/marble/lane-kinds.ts';
import { parseMarbles } from '../../src/marble/parse.ts';
import type { LaneEvent, LaneKind, Scenario } from '../../src/marble/scenario.ts';
import type { Seen, Trace, TraceEvent, TraceLane } from '../../src/marble/trace.ts';
import type { JsonPattern, Pattern } from '../../src/marble/value.ts';

/** The only scenario of a text, whose lanes and legend are given without a title. */
export function scenarioOf(body: string): Scenario {
  const { scenarios, problems } = parseMarbles(`== a test ==\n${body}`);
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return scenario;
}

/** What was seen, lane by lane, as short as a test can say it: a string is a text, a number a close code. */
export type SeenLanes = Readonly<Record<string, ReadonlyArray<readonly [time: number, seen: string | number | Seen]>>>;

export function traceOf({ duration, settings }: Pick<Scenario, 'duration' | 'settings'>, seen: SeenLanes): Trace {
  const lanes = Object.entries(seen).map(([name, events]): TraceLane => {
    const kind = (name.split('.').at(-1) ?? name) as LaneKind;
    return { name, kind, events: events.map(([time, what]) => ({ time, seen: seenOf(what) })) };
  });
  return { lanes, duration, epoch: settings.epoch };
}

function seenOf(what: string | number | Seen): Seen {
  if (typeof what === 'string') return { kind: 'text', text: what };
  return typeof what === 'number' ? { kind: 'close', code: what, reason: '' } : what;
}

export const end: Seen = { kind: 'end' };
export const failed = (error: unknown): Seen => ({ kind: 'error', error });
export const value = (value: unknown): Seen => ({ kind: 'value', value });

/** A trace of exactly what a scenario expects. */
export function traceAsExpected(scenario: Scenario): Trace {
  const { lanes, settings, duration } = scenario;
  const asserted = lanes.filter(({ kind }) => laneRules[kind].role === 'asserted');
  return {
    lanes: asserted.map(({ name, kind, events }) => ({
      name,
      kind,
      events: events.map((event): TraceEvent => {
        const seen = expected(event, settings.epoch + event.time);
        return { time: event.time, seen: kind === 'seen' ? asValue(event, seen) : seen };
      }),
    })),
    duration,
    epoch: settings.epoch,
  };
}

/** A Subject is never encoded. */
function asValue({ value }: LaneEvent, seen: Seen): Seen {
  if (seen.kind === 'text' && value.kind === 'json') return { kind: 'value', value: JSON.parse(seen.text) };
  if (seen.kind === 'text') return { kind: 'value', value: seen.text };
  return seen.kind === 'binary' ? { kind: 'value', value: seen.bytes } : seen;
}

function expected({ value }: LaneEvent, now: number): Seen {
  switch (value.kind) {
    case 'text':
      return value;
    case 'binary':
      return value;
    case 'json':
      return { kind: 'text', text: JSON.stringify(instance(value.json, now)) };
    case 'size':
      return { kind: 'binary', bytes: new Uint8Array(value.size) };
    case 'pattern':
      return { kind: 'text', text: matching(value.pattern) };
    case 'any':
      return { kind: 'text', text: 'whatever' };
    case 'close':
      return { kind: 'close', code: value.code, reason: value.reason ?? 'some reason' };
    case 'reject':
      return { kind: 'reject', status: value.status, body: value.body ?? 'some body' };
    case 'error': {
      const { name = 'Error', message = 'some error' } = value;
      return failed({ name, message: typeof message === 'string' ? message : matching(message) });
    }
    case 'connect':
    case 'lost':
    case 'stop':
    case 'resume':
    case 'take':
    case 'do':
      throw new Error(`${value.kind} is never expected.`);
    default:
      return value;
  }
}

function instance(pattern: JsonPattern, now: number): unknown {
  if (pattern.kind === 'literal') return pattern.value;
  if (pattern.kind === 'id') return `the id ${pattern.id}`;
  if (pattern.kind === 'array') return pattern.items.map((item) => instance(item, now));
  if (pattern.kind === 'object') {
    return Object.fromEntries(pattern.members.map(([key, member]) => [key, instance(member, now)]));
  }
  return { any: null, string: 'text', number: 7, now }[pattern.fits];
}

const candidates = ['a', '7', '//"\'', '\u{1f600}', 'a\\', '[', 'p1'];

function matching({ source, flags }: Pattern): string {
  const found = candidates.find((text) => new RegExp(source, flags).test(text));
  if (found === undefined) throw new Error(`No example for /${source}/.`);
  return found;
}
