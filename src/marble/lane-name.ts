import { clientLanes, isLaneKind, laneRules } from './lane-kinds.ts';
import { nearestOf } from './nearest.ts';
import { type Mistake, quote } from './problem.ts';
import type { LaneKind } from './scenario.ts';

/** Who a lane is about, and what it says of them. */
export interface LaneName {
  readonly kind: LaneKind;
  readonly party?: string;
}

const party = /^[A-Za-z_][\w-]*$/;
const kinds = Object.keys(laneRules);

/** Reads `in`, `ann.in` or `prices.push`. */
export function readLaneName(name: string): LaneName | Mistake {
  const dot = name.lastIndexOf('.');
  const kind = name.slice(dot + 1);
  const before = dot < 0 ? undefined : name.slice(0, dot);
  const wrong = (expected: string, advice: string, at = 0, found = quote(name)): Mistake => {
    return { at, found, expected, advice };
  };
  if (clientLanes.includes(kind)) {
    const advice = `The lanes ${clientLanes.join(', ')} are for the client, which this version cannot test yet.`;
    return wrong('a lane of the server side', advice, dot + 1, `the client lane ${quote(kind)}`);
  }
  if (kind === 'time') return wrong('time without a party', 'All lanes share one time lane.');
  if (!isLaneKind(kind)) {
    const nearest = nearestOf(kind, [...kinds, 'time']);
    const advice = nearest === undefined ? 'A party stands before a dot: ann.in.' : `Write ${nearest}.`;
    return wrong(`a lane: ${kinds.join(', ')} or time`, advice, dot + 1, quote(kind));
  }
  const rule = laneRules[kind];
  if (before === undefined) {
    if (rule.party === 'subject') return wrong(`NAME.${kind}`, 'NAME is the subject that the fixture exports.');
    return { kind };
  }
  if (rule.party === 'never') return wrong(kind, `A ${kind} lane belongs to the whole scenario, not to a party.`);
  if (!party.test(before)) return wrong('a party made of letters, digits, _ and -', 'Write for example ann.in.');
  return { kind, party: before };
}
