import type { Lane } from '../scenario.ts';
import { element, num, text } from './svg.ts';
import { halfLetter } from './svg-frame.ts';
import { columnsOf, cut, letterWidth } from './text-width.ts';

const letter = 12 * letterWidth;
/** Longer names of parties are cut. */
const longestParty = 20;
const between = 12;

/** The names at the left: parties in a column of their own, once for the lanes that follow each other. */
export interface Names {
  readonly width: number;
  draw(lane: Lane, isFirstOfParty: boolean, y: number): string;
}

export function namesOf(lanes: readonly Lane[], left: number): Names {
  const parties = Math.max(0, ...lanes.map(({ party }) => columnsOf(nameOf(party)))) * letter;
  const kinds = Math.max(0, ...lanes.map(({ kind }) => kind.length)) * letter;
  const indent = parties === 0 ? 0 : parties + between;
  return {
    width: indent + kinds,
    draw({ party, kind }, isFirstOfParty, y) {
      const name = text(left + indent, y + halfLetter, kind, { class: 'soft' });
      if (party === undefined || !isFirstOfParty) return name;
      return text(left, y + halfLetter, nameOf(party), { class: 'strong' }) + name;
    },
  };
}

const nameOf = (party: string | undefined): string => cut(party ?? '', longestParty);

/** A line between two parties. */
export function partyRule(left: number, right: number, y: number): string {
  return element('path', { class: 'grid', d: `M${num(left)} ${num(y)}H${num(right)}` });
}
