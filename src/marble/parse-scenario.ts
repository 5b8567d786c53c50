import { findUnasserted } from './assertions.ts';
import { readCells } from './cells.ts';
import { type LaneText, readLane } from './lane.ts';
import { readLaneName } from './lane-name.ts';
import { Legend } from './legend.ts';
import type { Line, PlacedLine } from './lines.ts';
import type { Report } from './problem.ts';
import type { Lane, Position, Scenario, Settings, Timeline } from './scenario.ts';
import { SettingsReader } from './settings-reader.ts';
import { readTimeLane, timeAt } from './timeline.ts';

/** Reads one scenario. The result is to be used only if nothing was reported. */
export class ScenarioReader {
  readonly settings: SettingsReader;
  readonly #title: string;
  readonly #position: Position;
  readonly #report: Report;
  readonly #legend = new Legend('in lines');
  readonly #prose: string[] = [];
  readonly #lanes: LaneText[] = [];
  #time: { readonly columns: number; readonly jumps: Timeline['jumps'] } | undefined;
  #problems = 0;

  constructor(title: string, position: Position, report: Report) {
    this.#title = title;
    this.#position = position;
    this.#report = (at, mistake) => {
      this.#problems += 1;
      report(at, mistake);
    };
    this.settings = new SettingsReader(this.#report);
  }

  read(placed: PlacedLine): void {
    const { line, text, place } = placed;
    if (line.kind === 'prose') this.#prose.push(line.text);
    else if (line.kind === 'setting') this.settings.read(line.key, line.at, placed);
    else if (line.kind === 'lane') this.#readLane(line, placed);
    else if (line.kind === 'wrong') this.#report(place(line.at), line);
    else if (line.kind === 'legend') {
      const mistake = this.#legend.read(line, text, place(line.indent));
      if (mistake !== undefined) this.#report(place(mistake.at), mistake);
    }
  }

  /** @param drafts Scenarios that assert nothing yet are let through. */
  finish(fileSettings: Settings, drafts: boolean): Scenario {
    const settings = { ...fileSettings, ...this.settings.settings };
    const columns = Math.max(this.#time?.columns ?? 0, ...this.#lanes.map(({ cells }) => cells.columns));
    const timeline: Timeline = { tick: settings.tick, columns, jumps: this.#time?.jumps ?? [] };
    const lanes = this.#lanes.map((text) => this.#finishLane(text, timeline));
    for (const { entry, item, ...rest } of this.#legend.wrongItems()) {
      this.#report(entry.position, { at: 0, found: `"${item}" in the sequence ${entry.symbol}`, ...rest });
    }
    // What follows from a mistake above need not be said again.
    if (this.#problems === 0) this.#check(lanes, drafts);
    return {
      title: this.#title,
      position: this.#position,
      settings,
      prose: this.#prose.join('\n'),
      lanes,
      legend: this.#legend.entries,
      timeline,
      duration: timeAt(timeline, columns),
    };
  }

  #readLane({ name, indent, at }: Extract<Line, { kind: 'lane' }>, { text, place }: PlacedLine): void {
    if (name === 'time') {
      this.#readTime(text, indent, at, place);
      return;
    }
    const read = readLaneName(name);
    if ('found' in read) {
      this.#report(place(indent + read.at), read);
      return;
    }
    const first = this.#lanes.find((lane) => lane.name === name);
    if (first !== undefined) {
      const advice = `The first is in line ${first.position.line}. Put both into one, or give them parties: ann.${read.kind}.`;
      this.#report(place(indent), { at: 0, found: `a second lane ${name}`, expected: 'each lane once', advice });
    }
    this.#lanes.push({ ...read, name, position: place(indent), cells: readCells(text, at, 'file'), place });
  }

  #readTime(text: string, indent: number, at: number, place: PlacedLine['place']): void {
    if (this.#time !== undefined) {
      const advice = 'All lanes share it. Put both into one.';
      this.#report(place(indent), { at: 0, found: 'a second time lane', expected: 'one time lane', advice });
    }
    const read = readTimeLane(text, at);
    if ('jumps' in read) this.#time = read;
    else {
      this.#time = { columns: 0, jumps: [] };
      this.#report(place(read.at), read);
    }
  }

  #finishLane(text: LaneText, timeline: Timeline): Lane {
    const { lane, mistakes } = readLane(text, timeline, this.#legend);
    for (const mistake of [...text.cells.mistakes, ...mistakes]) this.#report(text.place(mistake.at), mistake);
    return lane;
  }

  #check(lanes: readonly Lane[], drafts: boolean): void {
    for (const { symbol, position } of this.#legend.unused()) {
      const marked = lanes.find(({ events }) => events.some((event) => event.symbol === symbol));
      const advice =
        marked === undefined ? 'Remove the line.' : `In a ${marked.kind} lane ${symbol} always means the same.`;
      this.#report(position, { at: 0, found: `a line for ${symbol}`, expected: 'a symbol that a lane uses', advice });
    }
    const unasserted = drafts ? [] : findUnasserted(lanes, this.#position, 'file');
    for (const { position, ...mistake } of unasserted) this.#report(position, { at: 0, ...mistake });
  }
}
