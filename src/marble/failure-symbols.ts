import type { LaneComparison } from './compare.ts';
import { KnownSymbols, showSeen } from './match-symbol.ts';
import type { Scenario } from './scenario.ts';
import type { Trace, TraceEvent } from './trace.ts';

const firstMark = '①'.charCodeAt(0);
const lastMark = '⑳'.charCodeAt(0);

/** Gives everything that was seen a symbol: of the scenario where there is one, else ①②③. */
export class GotSymbols {
  /** The marks given, each with what it stands for. */
  readonly marks: Map<string, TraceEvent> = new Map<string, TraceEvent>();
  readonly #symbols = new Map<TraceEvent, string>();
  readonly #marksByText = new Map<string, string>();

  constructor(scenario: Scenario, { epoch }: Trace, comparisons: readonly LaneComparison[]) {
    const known = new KnownSymbols(scenario.lanes, scenario.legend);
    for (const { lane, steps } of comparisons) {
      for (const { want, got, differences } of steps) {
        if (got === undefined) continue;
        const found = known.find(got.seen, lane.kind, epoch + got.time);
        // Where ids differ, the symbol of what was expected would seem to fit.
        const symbol = differences !== undefined && found === want?.symbol ? undefined : found;
        this.#symbols.set(got, want !== undefined && !differences ? want.symbol : (symbol ?? this.#mark(got)));
      }
    }
  }

  of(got: TraceEvent): string {
    return this.#symbols.get(got) ?? this.#mark(got);
  }

  isMark(got: TraceEvent): boolean {
    return this.marks.has(this.of(got));
  }

  #mark(got: TraceEvent): string {
    const text = `${got.seen.kind} ${showSeen(got.seen, 1_000)}`;
    const code = firstMark + this.marks.size;
    const mark = this.#marksByText.get(text) ?? (code > lastMark ? '?' : String.fromCharCode(code));
    this.#marksByText.set(text, mark);
    if (!this.marks.has(mark)) this.marks.set(mark, got);
    return mark;
  }
}
