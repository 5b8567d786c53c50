import { findUnasserted } from './assertions.ts';
import { readCells } from './cells.ts';
import { toValue } from './given.ts';
import { type LaneText, readLane } from './lane.ts';
import { readLaneName } from './lane-name.ts';
import { layOut } from './layout.ts';
import { Legend } from './legend.ts';
import { MarbleSyntaxError, problemAt } from './problem.ts';
import type { Lane, MarbleSyntaxProblem, Position, Scenario, Settings, Timeline } from './scenario.ts';
import { defaultSettings } from './settings.ts';
import { isSymbol, whyNoSymbol } from './symbol.ts';
import { timeAt } from './timeline.ts';

/** A scenario given in code. */
export interface ScenarioInCode {
  /** @default '' */
  readonly title?: string;
  /** Lanes by name, e.g. `{ in: '--a--b', out: '--a 30s b', 'prices.push': '-p' }`. */
  readonly lanes: Readonly<Record<string, string>>;
  /** What symbols stand for: text, JSON, bytes, and `close()`, `reject()` and the like. @default {} */
  readonly values?: Readonly<Record<string, unknown>>;
  /** @default the defaults of a file */
  readonly settings?: Partial<Settings>;
  /** Lets a scenario through that asserts nothing yet. @default false */
  readonly draft?: boolean;
}

export interface LaneOptions {
  /** Name of the lane, which says what may stand in it. @default 'in' */
  readonly name?: string;
  /** How long a column lasts, in ms. @default 1 */
  readonly tick?: number;
  /** What symbols stand for. @default {} */
  readonly values?: Readonly<Record<string, unknown>>;
}

/**
 * Reads one lane as it is given in code: RxJS marbles, in which a duration between blanks lets time pass.
 *
 * ```ts
 * parseLane('a 9ms b')  // a at 0 ms, b at 10 ms
 * ```
 *
 * Throws a `MarbleSyntaxError` for what cannot be read.
 */
export function parseLane(
  text: string,
  { name = 'in', tick = 1, values = {} }: LaneOptions = {},
): { readonly lane: Lane; readonly duration: number } {
  const reader = new CodeReader({ [name]: text }, values);
  const [read = { lane: { kind: 'in', name, position: { line: 1, column: 1 }, events: [] }, duration: 0 }] =
    reader.lanes(tick);
  reader.throwProblems();
  return read;
}

/**
 * Makes a scenario of lanes given in code. Each lane keeps its own time; the timeline is laid out for all of them.
 * Throws a `MarbleSyntaxError` that shows every mistake under its lane.
 */
export function scenarioOf(given: ScenarioInCode): Scenario {
  const settings = { ...defaultSettings, ...given.settings };
  const { tick } = settings;
  const reader = new CodeReader(given.lanes, given.values ?? {});
  const read = reader.lanes(tick);
  const lanes = read.map(({ lane }) => lane);
  reader.throwProblems();
  if (given.draft !== true) reader.checkAssertions(lanes);
  const duration = Math.max(0, ...read.map(({ duration }) => duration));
  const onGrid = read.every(({ timeline }) => timeline.jumps.length === 0);
  const timeline = onGrid ? { tick, columns: duration / tick, jumps: [] } : layOut(tick, lanes, duration);
  const position = { line: 1, column: 1 };
  return {
    title: given.title ?? '',
    position,
    settings,
    prose: '',
    lanes,
    legend: reader.legend.used(),
    timeline,
    duration,
  };
}

/** Each lane is a line of its own, in the order of the object; the values are the line after them. */
class CodeReader {
  readonly legend = new Legend('in code');
  readonly #texts: ReadonlyArray<readonly [name: string, text: string]>;
  readonly #problems: MarbleSyntaxProblem[] = [];

  constructor(lanes: Readonly<Record<string, string>>, values: Readonly<Record<string, unknown>>) {
    const symbols = Object.keys(values);
    this.#texts = [...Object.entries(lanes), ['values', symbols.join(' ')]];
    const line = this.#texts.length;
    let column = 1;
    for (const symbol of symbols) {
      const position = { line, column };
      column += symbol.length + 1;
      if (isSymbol(symbol)) {
        const mistake = this.legend.bind(symbol, position, () => toValue(values[symbol], symbol));
        if (mistake !== undefined) this.#problems.push(problemAt(position, mistake));
      } else {
        const advice = [...symbol].length > 1 ? 'A symbol is one character.' : whyNoSymbol(symbol);
        this.#report(position, `the key "${symbol}"`, 'a symbol', advice);
      }
    }
  }

  lanes(tick: number): Array<{ readonly lane: Lane; readonly timeline: Timeline; readonly duration: number }> {
    const read = this.#texts.slice(0, -1).flatMap(([name, text], index) => {
      const place = (at: number): Position => ({ line: index + 1, column: at + 1 });
      const named = readLaneName(name);
      if ('found' in named) {
        this.#problems.push(problemAt(place(0), named));
        return [];
      }
      const cells = readCells(text, 0, 'code');
      const timeline: Timeline = { tick, columns: cells.columns, jumps: cells.jumps };
      const laneText: LaneText = { ...named, name, position: place(0), cells, place };
      const { lane, mistakes } = readLane(laneText, timeline, this.legend);
      for (const mistake of [...cells.mistakes, ...mistakes])
        this.#problems.push(problemAt(place(mistake.at), mistake));
      return [{ lane, timeline, duration: timeAt(timeline, cells.columns) }];
    });
    for (const { entry, item, expected, advice } of this.legend.wrongItems()) {
      this.#report(entry.position, `"${item}" in the sequence ${entry.symbol}`, expected, advice);
    }
    return read;
  }

  checkAssertions(lanes: readonly Lane[]): void {
    for (const { position, found, expected, advice } of findUnasserted(lanes, { line: 1, column: 1 }, 'code')) {
      this.#report(position, found, expected, advice);
    }
    this.throwProblems();
  }

  throwProblems(): void {
    if (this.#problems.length === 0) return;
    throw new MarbleSyntaxError(this.#problems, (line) => this.#texts[line - 1] ?? ['', '']);
  }

  #report(position: Position, found: string, expected: string, advice: string): void {
    this.#problems.push(problemAt(position, { at: 0, found, expected, advice }));
  }
}
