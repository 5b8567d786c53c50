import { laneRules } from '../marble/lane-kinds.ts';
import type { Lane, Scenario } from '../marble/scenario.ts';
import type { Value } from '../marble/value.ts';

/** The lanes that a peer at the other end of a real socket can script or see, and what the handler itself is seen to do. */
const onWire: readonly Lane['kind'][] = ['in', 'out', 'wire', 'sub'];

/** Writes itself what belongs to the handshake. */
const ofTheClient = /^(connection|upgrade|sec-websocket-.*)$/i;

/** What the peers of a scenario do at one instant. */
export interface WireInstant {
  readonly time: number;
  readonly connects: ReadonlyArray<string | undefined>;
  readonly sends: ReadonlyArray<{ readonly party: string | undefined; readonly value: Value }>;
}

/** The scenario without the lanes that cannot be seen over a wire, and with order instead of times. */
export function seenOnWire(scenario: Scenario): Scenario {
  const lanes = scenario.lanes.filter(({ kind }) => onWire.includes(kind));
  return { ...scenario, lanes, settings: { ...scenario.settings, timing: 'order' } };
}

/** On the wire one instant follows the other after about so many ms. */
const between = 10;

/** The same scenario as slow as it is on the wire: what holds only with timers in between does not hold any longer. */
export function spread(scenario: Scenario): Scenario {
  const { tick } = scenario.timeline;
  const at = (time: number): number => (time / tick) * between;
  return {
    ...scenario,
    lanes: scenario.lanes.map((lane) => ({
      ...lane,
      events: lane.events.map((event) => ({ ...event, time: at(event.time) })),
    })),
    settings: { ...scenario.settings, tick: between, leaks: 'ok' },
    timeline: { ...scenario.timeline, tick: between },
    duration: at(scenario.duration),
  };
}

/** A scenario that cannot run over a real socket, which only its virtual run tells. */
export class NotOnWire extends Error {
  override readonly name = 'NotOnWire';
}

/** What the peers do, instant by instant. */
export function instantsOnWire({ lanes }: Scenario): WireInstant[] {
  const instants = new Map<number, { connects: Array<string | undefined>; sends: WireInstant['sends'][number][] }>();
  const at = (time: number) => {
    const instant = instants.get(time) ?? { connects: [], sends: [] };
    instants.set(time, instant);
    return instant;
  };
  for (const party of partiesOf(lanes)) {
    const events = lanes.flatMap((lane) => (lane.party === party && lane.kind === 'in' ? lane.events : []));
    at(events.find(({ value }) => value.kind === 'connect')?.time ?? 0).connects.push(party);
    for (const { time, value } of events) if (value.kind !== 'connect') at(time).sends.push({ party, value });
  }
  return [...instants].map(([time, instant]) => ({ time, ...instant })).sort((a, b) => a.time - b.time);
}

export function partiesOf(lanes: readonly Lane[]): Array<string | undefined> {
  return [...new Set(lanes.filter(({ kind }) => onWire.includes(kind)).map(({ party }) => party))];
}

/** Why a scenario cannot run over a real socket, in real time; `undefined` if it can. */
export function whyNotOnWire(scenario: Scenario): string | undefined {
  const { lanes, settings, timeline } = scenario;
  const scripted = lanes.find(({ kind }) => kind !== 'in' && laneRules[kind].role === 'scripted');
  if (scripted !== undefined) return `the lane ${scripted.name} is no matter of the wire`;
  const asserted = lanes.filter(({ kind }) => onWire.includes(kind) && laneRules[kind].role === 'asserted');
  if (asserted.length === 0) return 'nothing of it shows on the wire';
  if (timeline.jumps.length > 0) return 'time jumps';
  if (settings.ties !== 'same') return 'it is about timers';
  if (settings.params !== undefined) return 'params are given without a path';
  if (/"fits":"now"/.test(JSON.stringify(lanes))) return 'it looks at the virtual clock';
  if (Object.keys(settings.headers).some((name) => ofTheClient.test(name)))
    return 'the client writes such headers itself';
  const instants = instantsOnWire(scenario);
  const crowded = instants.find(({ sends }) => new Set(sends.map(({ party }) => party)).size > 1);
  if (crowded !== undefined) return 'two peers act at the same instant';
  const times = new Set(instants.map(({ time }) => time));
  const late = asserted.flatMap(({ events }) => events).find(({ time }) => !times.has(time));
  return late === undefined ? undefined : `at ${late.time} ms something happens by itself`;
}
