import type { Scenario } from '../scenario.ts';
import { type Axis, axisOf } from './axis.ts';
import { instantsOf } from './instants.ts';
import { type Labels, labelsOf } from './label.ts';
import { jumpColumns } from './svg-ruler.ts';

/** What the parts of a picture share. All lengths are px. */
export interface Frame {
  readonly axis: Axis;
  readonly labels: Labels;
  /** The middle of a column. */
  column(column: number): number;
  /** The place of a time in ms. */
  x(time: number): number;
  /** Where the time begins and ends. */
  readonly start: number;
  readonly end: number;
  /** Half the width of a marble. */
  readonly radius: number;
}

/** The height of letters above a line through their middle. */
export const halfLetter = 4;

/** A picture is made no wider than this, as long as columns stay wide enough. */
const usualWidth = 820;
const pitchLimits = { least: 16, usual: 28, most: 44 };
/** A picture of few columns is spread to this width. */
const leastWidth = 200;
const radiusLimits = { least: 7, most: 13 };

/**
 * @param left Where the first column begins.
 * @param room The width that the time is spread over, where its columns do not become too wide.
 */
export function frameFor(scenario: Scenario, left: number, room = 0): Frame {
  const { columns } = axisOf(scenario, ({ duration }) => jumpColumns(duration, pitchLimits.usual));
  const pitch = pitchFor(columns, Math.max(leastWidth, room));
  const axis = axisOf(scenario, ({ duration }) => jumpColumns(duration, pitch));
  const closest = Math.min(
    ...scenario.lanes.flatMap((lane) => gapsOf(instantsOf(lane).map(({ time }) => axis.at(time)))),
  );
  const radius = Math.max(radiusLimits.least, Math.min(radiusLimits.most, (closest * pitch) / 2 - 1));
  const column = (index: number): number => left + (index + 0.5) * pitch;
  return {
    axis,
    labels: labelsOf(scenario, radius >= 12 ? 3 : radius >= 9 ? 2 : 1),
    column,
    x: (time) => column(axis.at(time)),
    start: left,
    end: column(axis.columns) - pitch / 4,
    radius,
  };
}

function pitchFor(columns: number, room: number): number {
  const { least, usual, most } = pitchLimits;
  const spread = Math.min(most, Math.floor(room / columns));
  return Math.max(least, spread, Math.min(usual, Math.floor(usualWidth / columns)));
}

const gapsOf = (columns: readonly number[]): number[] =>
  columns.slice(1).map((column, index) => column - (columns[index] ?? column));
