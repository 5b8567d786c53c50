/*
 * What a marble text means. `parseMarbles` (parse.ts) makes it, `print` (print.ts) writes it; the engine runs it and the
 * drawings show it.
 *
 *   MarbleFile   a whole text: settings, scenarios, and the problems of what could not be read
 *   Scenario     one test: settings, lanes, legend, and the timeline that turns columns into milliseconds
 *   Lane         one row: who it is about, what kind it is, and its events
 *   LaneEvent    one thing at one instant; groups and sequences are already taken apart
 *   Value        what an event is (value.ts): a message, an end, a control frame, or an act such as connecting
 *
 * Times and durations are whole milliseconds from the start of the scenario. A column is 0-based where it counts
 * instants (Timeline) and 1-based where it is a place in a text (Position).
 */
import type { Value } from './value.ts';

/** A place in a text, as editors count: both start at 1, columns are UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** How a scenario is written: in a text, or as an object in TypeScript. Advice is given in the same way. */
export type Dialect = 'file' | 'code';

/** One thing that is wrong in a text. */
export interface MarbleSyntaxProblem extends Position {
  /** What stands there, e.g. `"X"` or `end of line`. */
  readonly found: string;
  /** What could stand there, e.g. `a legend line such as X = "text"`. */
  readonly expected: string;
  /** What is wrong and what to do, in whole sentences; it stands alone. */
  readonly message: string;
  /** Of the scenario that it is in: `''` where that cannot be read, none above the first scenario. */
  readonly title?: string;
}

/** What a `.marble` text means. A scenario with a problem is left out; the others are there. */
export interface MarbleFile {
  /** The settings at the head of the file, over the defaults. */
  readonly settings: Settings;
  readonly scenarios: readonly Scenario[];
  /** In the order of their lines; empty for a text without mistakes. */
  readonly problems: readonly MarbleSyntaxProblem[];
}

/** One scenario: one test and one picture. */
export interface Scenario {
  readonly title: string;
  /** Of its `==` line. */
  readonly position: Position;
  /** Those of the scenario, over those of the file, over the defaults. */
  readonly settings: Settings;
  /** Markdown of the `>` lines, one line each; `''` for none. */
  readonly prose: string;
  /** In the order of the text, without the time lane. Within an instant, scripted events happen in this order. */
  readonly lanes: readonly Lane[];
  /** In the order of the text. Events hold their values already; this is for pictures and printing. */
  readonly legend: readonly LegendEntry[];
  readonly timeline: Timeline;
  /** The scenario covers `[0, duration)` in ms. */
  readonly duration: number;
}

/** Which columns are which instants; `timeAt` and `columnAt` (timeline.ts) convert. */
export interface Timeline {
  /** How long a column lasts, in ms. */
  readonly tick: number;
  /** The number of columns of the longest lane, the time lane included. */
  readonly columns: number;
  /** The jumps of the time lane, in order; they do not overlap. */
  readonly jumps: readonly Jump[];
}

/** Columns that last a given time together, e.g. the five of `[29s]`. Only the first of them is an instant. */
export interface Jump {
  /** The first column, 0-based. */
  readonly column: number;
  readonly columns: number;
  /** In ms. */
  readonly duration: number;
}

/** What a scenario is run with; every setting has its default. */
export interface Settings {
  /** The handler or fixture under test. */
  readonly use?: Reference & {
    /** Written with `()`: the export is called for each run and returns the handler or fixture. */
    readonly call: boolean;
  };
  /** What the guard would have given. */
  readonly context?: Given;
  /** What the path would have given. */
  readonly params?: Readonly<Record<string, string>>;
  /** How long a column lasts, in ms. @default 1 */
  readonly tick: number;
  /** How exact times must be: to the ms, only their order, or within so many ms. @default 'exact' */
  readonly timing: 'exact' | 'order' | { readonly within: number };
  /** Which order of inputs and timers of one instant is allowed to matter. @default 'same': none */
  readonly ties: 'same' | 'inputs first' | 'timers first';
  /** Whether timers left after the end fail the scenario. @default 'fail' */
  readonly leaks: 'fail' | 'ok';
  /** Path and query of the upgrade request. @default '/' */
  readonly url: string;
  /** Header fields of the upgrade request, names as written. @default {} */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** The subprotocols offered, in order. @default [] */
  readonly protocols: readonly string[];
  /** Options of the route. */
  readonly options?: Given;
  /** What the clock says at column 0, in ms since 1970. @default 946_684_800_000, which is 2000-01-01T00:00:00Z */
  readonly epoch: number;
  /** Run no other scenarios than these. @default false */
  readonly only: boolean;
  /** Why it is not run. @default false */
  readonly skip: string | false;
}

/** An export of a module, written `./room.ts#room`. */
export interface Reference {
  /** As written; relative to the file of the text. */
  readonly module: string;
  readonly name: string;
  /** Of the module; one that is not written in a text has none. */
  readonly position?: Position;
}

/** A value given as JSON in the text, or by an export. */
export type Given = { readonly json: Json } | { readonly from: Reference };

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a row of a scenario is about. */
export type LaneKind = 'in' | 'out' | 'sub' | 'wire' | 'peer' | 'buf' | 'drop' | 'log' | 'do' | 'push' | 'seen';

/** One row of a scenario. */
export interface Lane {
  readonly kind: LaneKind;
  /** `ann` of `ann.in`; for `push` and `seen` the subject's name, which is always there. */
  readonly party?: string;
  /** As written: `in`, `ann.in`, `prices.push`. */
  readonly name: string;
  /** Of the name. */
  readonly position: Position;
  /** In the order of time, and of writing within an instant. */
  readonly events: readonly LaneEvent[];
}

/** One thing that happens, or is expected to happen, at one instant. */
export interface LaneEvent {
  /** In ms from the start of the scenario. */
  readonly time: number;
  /** The symbol that the value belongs to: for `g = (4 5)` one event each with `4` and `5`. */
  readonly symbol: string;
  /**
   * What stands in the lane at this instant: the symbol itself, the group that it is in (`(ab)`), or the letter of its
   * sequence (`g`). The same for all events of a lane at one instant.
   */
  readonly cell: string;
  /** Of the symbol in the lane; for an event of a sequence, of the sequence's letter. */
  readonly position: Position;
  readonly value: Value;
}

/** A line of the legend. */
export interface LegendEntry {
  readonly symbol: string;
  /** A value, or the symbols of a sequence: `(4 5 |)`. */
  readonly value: Value | Sequence;
  /** Of the symbol. */
  readonly position: Position;
}

/** Several events of one instant behind one letter. The items are symbols, `|` or `#`; none is itself a sequence. */
export interface Sequence {
  readonly kind: 'sequence';
  readonly items: readonly string[];
}
