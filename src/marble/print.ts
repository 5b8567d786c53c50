import { durationForms, printDuration } from './duration.ts';
import { layOut } from './layout.ts';
import { printSettings } from './print-settings.ts';
import { printValue } from './print-value.ts';
import type { Lane, MarbleFile, Scenario, Settings, Timeline } from './scenario.ts';
import { defaultSettings } from './settings.ts';
import { columnAt } from './timeline.ts';

/**
 * Writes a file as a canonical text. Reading it again gives the same scenarios, at other positions. Comments are not
 * part of a scenario; to keep them, use `format`.
 */
export function print({ settings, scenarios }: Pick<MarbleFile, 'settings' | 'scenarios'>): string {
  const head = printSettings(settings, defaultSettings);
  const blocks = scenarios.map((scenario) => printScenario(scenario, settings));
  return [...(head.length > 0 ? [`${head.join('\n')}\n`] : []), ...blocks].join('\n');
}

/**
 * Writes one scenario; of its settings, those that differ from the file's. Where an event has no column in the
 * scenario's timeline, a new timeline is made.
 */
export function printScenario(scenario: Scenario, fileSettings: Settings = defaultSettings): string {
  const lines = [
    `== ${scenario.title} ==`,
    ...printSettings(scenario.settings, fileSettings),
    ...(scenario.prose === '' ? [] : scenario.prose.split('\n').map((line) => `> ${line}`.trimEnd())),
    ...printLanes(scenario),
    ...scenario.legend.map(({ symbol, value }) => `  ${symbol} = ${printValue(value)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function printLanes({ lanes, timeline, duration }: Scenario): string[] {
  const fits = lanes.every(({ events }) => events.every(({ time }) => columnAt(timeline, time) !== undefined));
  const used = fits ? timeline : layOut(timeline.tick, lanes, duration);
  const rows = lanes.map((lane) => [lane.name, printCells(lane, used)] as const);
  return alignLanes(used.jumps.length === 0 ? rows : [['time', printTime(used)], ...rows]);
}

/** Writes lanes under each other: names to the left, cells from one column on, dashes to the common end. */
export function alignLanes(rows: ReadonlyArray<readonly [name: string, cells: string]>): string[] {
  const names = Math.max(...rows.map(([name]) => name.length));
  const columns = Math.max(...rows.map(([, cells]) => cells.length));
  return rows.map(([name, cells]) => `  ${name.padEnd(names)}  ${cells.padEnd(columns, '-')}`);
}

/** The cells of a lane as the file has them: one character per column of the timeline. */
export function printCells({ name, events }: Lane, timeline: Timeline): string {
  let cells = '';
  let time = -1;
  for (const event of events) {
    if (event.time === time) continue;
    time = event.time;
    const column = columnAt(timeline, time) ?? -1;
    if (column < cells.length) throw new RangeError(`${event.cell} in ${name} at ${time} ms has no column of its own.`);
    cells = cells.padEnd(column, '-') + event.cell;
  }
  return cells.padEnd(timeline.columns, '-');
}

function printTime({ columns, jumps }: Timeline): string {
  const time = jumps.reduce((line, { column, columns, duration }) => {
    return line.padEnd(column, '-') + printJump(duration, columns);
  }, '');
  return time.padEnd(columns, '-');
}

/** A jump is as long as it was written: `[1s]` and `[1000ms]` differ in columns. Zeros fill what is left. */
function printJump(duration: number, columns: number): string {
  const forms = [printDuration(duration), ...durationForms(duration)].filter((form) => form.length <= columns - 2);
  const form = forms.find(({ length }) => length === columns - 2) ?? forms[0] ?? '';
  return `[${form.padStart(columns - 2, '0')}]`;
}
