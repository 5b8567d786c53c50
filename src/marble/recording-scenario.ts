import { layOut } from './layout.ts';
import { asValue } from './match-symbol.ts';
import { printScenario } from './print.ts';
import type { Recorded, RecordedEvent, RecordedLane } from './recording.ts';
import { RecordingSymbols } from './recording-symbols.ts';
import { varyingValues } from './recording-varying.ts';
import type { Lane, LaneEvent, LaneKind, Scenario, Settings } from './scenario.ts';
import { defaultSettings } from './settings.ts';
import { cellsOf } from './to-marble-cells.ts';
import type { Value } from './value.ts';

/** How a recording is drawn. */
export interface RecordingOptions {
  readonly title?: string;
  /** What is to be tested with it, as in a file: `./chat.ts#chat`, or with `()`. */
  readonly use?: NonNullable<Settings['use']>;
  /** How long a column lasts, in ms; times are rounded to it. @default 10 */
  readonly tick?: number;
  /** The same recorded again: what varies in JSON between the two becomes `<now>` or `<id:1>`. */
  readonly again?: readonly RecordedEvent[];
}

/**
 * Makes a scenario of a recording, one for each URL that was connected to. What happened within a tick is one column, idle
 * time is a jump, and only the order of what came out is asserted: virtual time has no latency.
 *
 * ```
 * == what was recorded ==
 * tick: 10ms
 * timing: order
 *   time  --[1.2s]------
 *   in    -h------b--|
 *   out   -h------b--|
 * ```
 *
 * @throws RangeError for a recording without a connection, or with more different values than there are letters.
 */
export function recordingToMarble(events: readonly RecordedEvent[], options: RecordingOptions = {}): string {
  return recordingToScenarios(events, options)
    .map((scenario) => printScenario(scenario))
    .join('\n');
}

/** As `recordingToMarble`, not yet written. */
export function recordingToScenarios(events: readonly RecordedEvent[], options: RecordingOptions = {}): Scenario[] {
  const inTime = sorted(events);
  const varying = varyingValues(inTime, sorted(options.again ?? []));
  const requests = new Map<string, Request>();
  for (const { party, what } of inTime) {
    if (what.kind !== 'connect') continue;
    const key = JSON.stringify([what.url, what.protocols ?? []]);
    const request = requests.get(key) ?? { url: what.url, protocols: what.protocols ?? [], parties: [] };
    request.parties.push(party);
    requests.set(key, request);
  }
  if (requests.size === 0) throw new RangeError('There is no connection in the recording.');
  const title = options.title ?? 'what was recorded';
  return [...requests.values()].map((request, index) =>
    scenarioOf(inTime, request, varying, { ...options, title: index === 0 ? title : `${title} ${index + 1}` }),
  );
}

/** Of one instant, what comes in is the cause of what goes out. */
function sorted(events: readonly RecordedEvent[]): RecordedEvent[] {
  return [...events].sort((a, b) => a.t - b.t || Number(a.lane !== 'in') - Number(b.lane !== 'in'));
}

interface Request {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly parties: string[];
}

const nowhere = { line: 1, column: 1 };

/** Columns behind the last event, for what a handler says a little later than it was seen to say it. */
const slack = 2;

function scenarioOf(
  events: readonly RecordedEvent[],
  { url, protocols, parties }: Request,
  varying: ReadonlyMap<RecordedEvent, Value>,
  { title = '', use, tick = 10 }: RecordingOptions,
): Scenario {
  const mine = events.filter(({ party, what }) => parties.includes(party) && what.kind !== 'cut');
  const times = columnsOf(mine, tick);
  const symbols = new RecordingSymbols();
  const lanes = parties.flatMap((party, index) => {
    const name = parties.length === 1 ? undefined : `p${index + 1}`;
    const own = mine.filter((event) => event.party === party);
    const kinds = new Set<RecordedLane>(['in', ...own.map(({ lane }) => lane)]);
    if (kinds.size === 1) kinds.add('out');
    return [...kinds].map((kind) => laneOf(own, kind, name, { times, varying, symbols }));
  });
  const drawn = lanes.map((lane) => {
    const bind = (value: Parameters<RecordingSymbols['bind']>[0], hint: string): string => symbols.bind(value, hint);
    return { ...lane, events: cellsOf(lane, undefined, undefined, symbols.legend, bind) };
  });
  const last = Math.max(0, ...drawn.flatMap(({ events }) => events.map(({ time }) => time)));
  const duration = last + slack * tick;
  const settings: Settings = {
    ...{ ...defaultSettings, ...(use === undefined ? {} : { use }) },
    ...{ tick, timing: 'order', url, protocols },
  };
  const timeline = layOut(tick, drawn, duration);
  const { legend } = symbols;
  return { title, position: nowhere, settings, prose: '', lanes: drawn, legend, timeline, duration };
}

/**
 * Gives each event a column. Peers act on what they have seen, so what they do is never in a column with what came before
 * it; only messages that one peer sends in a burst are together.
 */
function columnsOf(events: readonly RecordedEvent[], tick: number): ReadonlyMap<RecordedEvent, number> {
  const times = new Map<RecordedEvent, number>();
  const start = events[0]?.t ?? 0;
  let before: RecordedEvent | undefined;
  let now = 0;
  for (const event of events) {
    now = Math.max(now, Math.round((event.t - start) / tick) * tick);
    const isTaken = before !== undefined && times.get(before) === now;
    if (isTaken && event.lane === 'in' && !continues(event, before)) now += tick;
    times.set(event, now);
    before = event;
  }
  return times;
}

/** Whether an event may share the column of the one before it. */
function continues({ party, what }: RecordedEvent, before: RecordedEvent | undefined): boolean {
  const isMessage = what.kind === 'text' || what.kind === 'binary';
  return isMessage && before?.lane === 'in' && before.party === party && before.what.kind !== 'connect';
}

/** What is known of the events of a scenario. */
interface Drawing {
  readonly times: ReadonlyMap<RecordedEvent, number>;
  readonly varying: ReadonlyMap<RecordedEvent, Value>;
  readonly symbols: RecordingSymbols;
}

function laneOf(
  events: readonly RecordedEvent[],
  kind: RecordedLane,
  party: string | undefined,
  { times, varying, symbols }: Drawing,
): Lane {
  const drawn = events.flatMap((event): LaneEvent[] => {
    const value = varying.get(event) ?? toValue(event.what, kind);
    const time = times.get(event) ?? 0;
    // A party that is there from the start needs no ^.
    if (event.lane !== kind || (value.kind === 'connect' && time === 0)) return [];
    const symbol = symbols.of(value, kind);
    return [{ time, symbol, cell: symbol, position: nowhere, value }];
  });
  const name = party === undefined ? kind : `${party}.${kind}`;
  return { kind, name, ...(party === undefined ? {} : { party }), position: nowhere, events: drawn };
}

function toValue(what: Recorded, lane: LaneKind): Value {
  switch (what.kind) {
    case 'text':
      return lane === 'in' ? sentText(what.text) : (asValue(what) ?? what);
    case 'close': {
      // The peer's 1000 is | in every lane; the handler's completion is another thing than its close(1000).
      if (what.code === 1000 && what.reason === '' && lane !== 'out') return { kind: 'end' };
      if (what.code === 1006) return { kind: 'lost' };
      return { kind: 'close', code: what.code, ...(what.reason === '' ? {} : { reason: what.reason }) };
    }
    case 'error':
      return asValue({ kind: 'error', error: what }) ?? { kind: 'error' };
    case 'lost':
      return lane === 'wire' ? { kind: 'terminate' } : what;
    case 'connect':
      return { kind: 'connect' };
    case 'cut':
      // It is left out before; nothing happened then.
      return { kind: 'any' };
    default:
      return what;
  }
}

/** JSON is easier to read than JSON in a string; as it is sent without blanks, only such text may become JSON. */
function sentText(text: string): Value {
  const value = asValue({ kind: 'text', text });
  try {
    return value?.kind === 'json' && JSON.stringify(JSON.parse(text)) === text ? value : { kind: 'text', text };
  } catch {
    return { kind: 'text', text };
  }
}
