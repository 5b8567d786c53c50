import { laneRules } from './lane-kinds.ts';
import { type Mistake, quote } from './problem.ts';
import type { Dialect, Lane, Position } from './scenario.ts';

/** A scenario, or a lane of it, that would pass whatever the handler does. */
export type Unasserted = Omit<Mistake, 'at'> & { readonly position: Position };

const says = ['out', 'wire'];
const shows = [...says, 'buf', 'drop'];

/** Finds what is scripted and never looked at. */
export function findUnasserted(lanes: readonly Lane[], scenario: Position, dialect: Dialect): Unasserted[] {
  if (lanes.length === 0) {
    const example = dialect === 'file' ? 'out --a--b' : "out: '--a--b'";
    const advice = `Write at least one asserted lane, for example ${example}.`;
    return [{ position: scenario, found: 'a scenario without lanes', expected: 'lanes', advice }];
  }
  const unasserted = lanes.flatMap((lane) => {
    const wanted = lane.kind === 'in' ? says : lane.kind === 'peer' ? shows : [];
    const isLookedAt = lanes.some(({ kind, party }) => party === lane.party && wanted.includes(kind));
    if (wanted.length === 0 || isLookedAt) return [];
    const of = lane.party === undefined ? '' : `${lane.party}.`;
    const silence = dialect === 'file' ? `${of}out and dashes` : of === '' ? "out: '---'" : `'${of}out': '---'`;
    const expected = `${listed(wanted.map((kind) => of + kind))} beside ${lane.name}`;
    const advice = `Without it nothing that comes out is checked. For silence write ${silence}.`;
    return [{ position: lane.position, found: `${quote(lane.name)} alone`, expected, advice }];
  });
  if (unasserted.length > 0 || lanes.some(({ kind }) => laneRules[kind].role === 'asserted')) return unasserted;
  const [first] = lanes;
  const advice = 'Without one the scenario passes whatever happens.';
  const expected = 'an asserted lane such as out or NAME.seen';
  return [{ position: first?.position ?? scenario, found: 'only scripted lanes', expected, advice }];
}

const listed = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
