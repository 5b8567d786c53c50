import type { JsonPattern, Value } from '../marble/value.ts';
import type { Payload } from '../protocol/payload.ts';

/** What placeholders stand for when they are sent. */
export interface Filling {
  /** What the virtual clock says, in ms since 1970. */
  timeOfDay(): number;
  /** What `<id:n>` stands for; one that is sent first is named here. */
  readonly ids: Map<string, unknown>;
}

/** The payload of a message that a peer sends. */
export function payloadOf(value: Value, filling: Filling): Payload {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'json':
      return JSON.stringify(filled(value.json, filling));
    case 'binary':
      return value.bytes.slice();
    case 'size':
      return new Uint8Array(value.size);
    default:
      throw new TypeError(`A peer cannot send ${value.kind}.`);
  }
}

/** The value that is pushed into a Subject: never encoded. */
export function pushedValueOf(value: Value, filling: Filling): unknown {
  return value.kind === 'json' ? filled(value.json, filling) : payloadOf(value, filling);
}

function filled(json: JsonPattern, filling: Filling): unknown {
  switch (json.kind) {
    case 'literal':
      return json.value;
    case 'array':
      return json.items.map((item) => filled(item, filling));
    case 'object':
      return Object.fromEntries(json.members.map(([key, value]) => [key, filled(value, filling)]));
    case 'id':
      if (!filling.ids.has(json.id)) filling.ids.set(json.id, `id-${json.id}`);
      return filling.ids.get(json.id);
    case 'placeholder':
      if (json.fits !== 'now') throw new TypeError(`<${json.fits}> cannot be sent.`);
      return filling.timeOfDay();
  }
}
