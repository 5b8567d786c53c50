import { enterVirtualWorld } from '../../src/edge/virtual-world.ts';
import { type ScenarioInCode, scenarioOf } from '../../src/marble/in-code.ts';
import type { Settings } from '../../src/marble/scenario.ts';
import type { Seen } from '../../src/marble/trace.ts';
import { type AnyHandler, type Fixture, toFixture } from '../../src/testing/fixture.ts';
import { type Run, run, type TieOrder } from '../../src/testing/run.ts';

/** What to run a handler with. */
export interface Play {
  readonly lanes: ScenarioInCode['lanes'];
  readonly values?: ScenarioInCode['values'];
  readonly settings?: Partial<Settings>;
  readonly order?: TieOrder;
}

/** Runs a handler or fixture once, whatever it does. */
export function play(subject: AnyHandler | Fixture, { lanes, values, settings, order }: Play): Promise<Run> {
  const scenario = scenarioOf({
    lanes,
    draft: true,
    ...(values === undefined ? {} : { values }),
    ...(settings === undefined ? {} : { settings }),
  });
  return run(scenario, toFixture(subject), order ?? 'inputs first', enterVirtualWorld);
}

/** What was seen in a lane, e.g. `2:a 5:b 8:|`. */
export function seen({ trace }: Pick<Run, 'trace'>, lane = 'out'): string {
  const { events } = trace.lanes.find(({ name }) => name === lane) ?? { events: [{ time: Number.NaN, seen: none }] };
  return events.map((event) => `${event.time}:${short(event.seen)}`).join(' ');
}

const none: Seen = { kind: 'text', text: `no such lane` };

function short(seen: Seen): string {
  switch (seen.kind) {
    case 'text':
      return seen.text;
    case 'binary':
      return `bytes ${[...seen.bytes].join(' ')}`;
    case 'value':
      return String(seen.value);
    case 'end':
      return '|';
    case 'subscribe':
      return '^';
    case 'unsubscribe':
      return '!';
    case 'close':
      return `close ${seen.code}`;
    case 'reject':
      return `reject ${seen.status}`;
    case 'error':
      return `#${seen.error instanceof Error ? seen.error.message : String(seen.error)}`;
    case 'waiting':
      return String(seen.count);
    default:
      return seen.kind;
  }
}
