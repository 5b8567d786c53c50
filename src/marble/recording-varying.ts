import { fromJson } from './json-pattern.ts';
import { readJson } from './match.ts';
import type { RecordedEvent } from './recording.ts';
import type { Json } from './scenario.ts';
import type { JsonPattern, Value } from './value.ts';

/** So far from the time of its message, in ms, a number may be and still be a time. */
const nearNow = 1_000;

/**
 * Finds what is different in JSON messages when the same is recorded twice, and puts placeholders there: `<now>` for times,
 * `<id:n>` for what is made up anew each time, also where the peer sends it back.
 *
 * ```
 * {"id": "f3a", "at": 1700000000123}   and   {"id": "9bc", "at": 1700000512345}
 * json {"id": <id:1>, "at": <now>}
 * ```
 *
 * Messages are paired in their order, party by party; one without a partner stays as it is.
 */
export function varyingValues(
  events: readonly RecordedEvent[],
  again: readonly RecordedEvent[],
): ReadonlyMap<RecordedEvent, Value> {
  const partners = pairs(events, again);
  const ids = new Map<string, string>();
  const values = new Map<RecordedEvent, Value>();
  const clocks = [wallClock(events), wallClock(again)] as const;
  for (const event of events) {
    const other = partners.get(event);
    const [json, otherJson] = [jsonOf(event), other && jsonOf(other)];
    if (other === undefined || json === undefined || otherJson === undefined) continue;
    const vary = (a: Json, b: Json): JsonPattern => {
      const isTime = isNear(a, clocks[0](event)) && isNear(b, clocks[1](other));
      if (isTime) return { kind: 'placeholder', fits: 'now' };
      const known = ids.get(JSON.stringify(a));
      if (known !== undefined) return { kind: 'id', id: known };
      // Only what has been seen can be sent back.
      if (event.lane === 'in') return fromJson(a);
      const id = String(ids.size + 1);
      ids.set(JSON.stringify(a), id);
      return { kind: 'id', id };
    };
    values.set(event, { kind: 'json', json: merged(json, otherJson, vary) });
  }
  return values;
}

function merged(a: Json, b: Json, vary: (a: Json, b: Json) => JsonPattern): JsonPattern {
  if (isList(a) && isList(b) && a.length === b.length) {
    return { kind: 'array', items: a.map((item, index) => merged(item, b[index] as Json, vary)) };
  }
  if (isObject(a) && isObject(b) && Object.keys(a).sort().join('\n') === Object.keys(b).sort().join('\n')) {
    const members = Object.entries(a).map(([key, value]) => [key, merged(value, b[key] as Json, vary)] as const);
    return { kind: 'object', members };
  }
  const isLeaf = typeof a !== 'object' && typeof a === typeof b && typeof a !== 'boolean';
  return isLeaf && a !== b ? vary(a, b) : fromJson(a);
}

const isList = (json: Json): json is readonly Json[] => Array.isArray(json);
const isObject = (json: Json): json is Readonly<Record<string, Json>> =>
  typeof json === 'object' && json !== null && !isList(json);

const isNear = (json: Json, now: number): boolean => typeof json === 'number' && Math.abs(json - now) <= nearNow;

/** The time of day of an event, in ms since 1970. */
function wallClock(events: readonly RecordedEvent[]): (event: RecordedEvent) => number {
  const connect = events.find(({ what }) => what.kind === 'connect');
  const at = connect?.what.kind === 'connect' ? connect.what.at - connect.t : 0;
  return ({ t }) => at + t;
}

/** JSON that is written as such: an object or an array. */
function jsonOf({ what }: RecordedEvent): Json | undefined {
  const json = what.kind === 'text' ? readJson(what.text) : undefined;
  return typeof json === 'object' && json !== null ? json : undefined;
}

/** The nth message of a lane belongs to the nth of the same lane; parties are told by the order of their connections. */
function pairs(
  events: readonly RecordedEvent[],
  again: readonly RecordedEvent[],
): ReadonlyMap<RecordedEvent, RecordedEvent> {
  const others = byLane(again);
  const partners = new Map<RecordedEvent, RecordedEvent>();
  for (const [lane, messages] of byLane(events)) {
    for (const [index, message] of messages.entries()) {
      const other = others.get(lane)?.[index];
      if (other !== undefined) partners.set(message, other);
    }
  }
  return partners;
}

function byLane(events: readonly RecordedEvent[]): ReadonlyMap<string, RecordedEvent[]> {
  const parties: string[] = [];
  const lanes = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    if (!parties.includes(event.party)) parties.push(event.party);
    if (event.what.kind !== 'text' && event.what.kind !== 'binary') continue;
    const lane = `${parties.indexOf(event.party)} ${event.lane}`;
    lanes.set(lane, [...(lanes.get(lane) ?? []), event]);
  }
  return lanes;
}
