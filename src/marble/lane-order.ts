import type { LaneEvent, LaneKind } from './scenario.ts';
import type { Value } from './value.ts';

/** An event that cannot come where it stands. */
export interface Misplaced {
  readonly event: LaneEvent;
  readonly expected: string;
  readonly advice: string;
}

const ends: ReadonlyArray<Value['kind']> = ['end', 'close', 'lost', 'error', 'reject'];
/** After a Close has left, the channel still answers pings, until it is over or cut off. */
const afterClose: ReadonlyArray<Value['kind']> = ['pong', 'terminate'];

/** The first event of a lane that cannot come after those before it. */
export function firstMisplaced(kind: LaneKind, events: readonly LaneEvent[]): Misplaced | undefined {
  if (kind === 'sub') return firstOutOfTurn(events);
  let end: LaneEvent | undefined;
  for (const [index, event] of events.entries()) {
    if (event.value.kind === 'connect' && index > 0) return misplacedConnect(event, events);
    if (event.value.kind === 'reject' && index > 0) {
      return { event, expected: 'the refusal alone', advice: 'A handshake that is refused has no channel.' };
    }
    if (end !== undefined && !(kind === 'wire' && isAfterClose(end, event))) {
      const advice = `The lane has ended with ${end.symbol} in column ${end.position.column}. Write - behind it.`;
      return { event, expected: `nothing after ${end.symbol}`, advice };
    }
    if (ends.includes(event.value.kind) || event.value.kind === 'terminate') end = event;
  }
  return undefined;
}

const isAfterClose = (end: LaneEvent, event: LaneEvent): boolean =>
  (end.value.kind === 'end' || end.value.kind === 'close' || end.value.kind === 'error') &&
  afterClose.includes(event.value.kind);

function misplacedConnect(event: LaneEvent, events: readonly LaneEvent[]): Misplaced {
  if (events[0]?.value.kind === 'connect') {
    return { event, expected: 'one ^', advice: 'A party connects once; for a second connection add a party: ann2.in.' };
  }
  return { event, expected: '^ before everything else', advice: 'Nobody can send before they connect.' };
}

function firstOutOfTurn(events: readonly LaneEvent[]): Misplaced | undefined {
  let subscribed = false;
  for (const event of events) {
    const subscribes = event.value.kind === 'subscribe';
    if (subscribes === subscribed) {
      return subscribes
        ? { event, expected: '! before the next ^', advice: 'A handler is shown with one subscription at a time.' }
        : { event, expected: '^ before !', advice: '^ is where the handler subscribes, ! where it unsubscribes.' };
    }
    subscribed = subscribes;
  }
  return undefined;
}
