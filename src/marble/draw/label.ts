import { printJsonPattern } from '../json-pattern.ts';
import { printValue } from '../print-value.ts';
import type { LaneEvent, Scenario } from '../scenario.ts';
import type { Value } from '../value.ts';
import { columnsOf, printable } from './text-width.ts';

/** What is written in the marbles of a scenario, and what must be explained below. */
export interface Labels {
  of(event: LaneEvent): string;
  readonly legend: ReadonlyArray<{ readonly symbol: string; readonly text: string }>;
}

/**
 * A short value is written itself; for a longer one its symbol, with a line in the legend.
 *
 * @param most How many columns a label may have.
 */
export function labelsOf({ lanes, legend }: Pick<Scenario, 'lanes' | 'legend'>, most: number): Labels {
  const named = lanes.flatMap(({ events }) => events).filter(({ value }) => isNamed(value));
  const explained = new Set(
    named.filter(({ symbol, value }) => shortText(value) !== symbol).map(({ symbol }) => symbol),
  );
  const of = ({ symbol, value }: LaneEvent): string => {
    const short = isNamed(value) ? shortText(value) : undefined;
    // A text that is also another's symbol would be taken for it.
    const fits = short !== undefined && columnsOf(short) <= most && (short === symbol || !explained.has(short));
    return fits ? short : symbol;
  };
  const needed = new Map(
    named
      .filter((event) => of(event) !== shortText(event.value))
      .map(({ symbol, value }) => [symbol, printable(valueText(value))]),
  );
  const inOrder = [...new Set([...legend.map(({ symbol }) => symbol), ...needed.keys()])];
  return {
    of,
    legend: inOrder.flatMap((symbol) => {
      const text = needed.get(symbol);
      return text === undefined ? [] : [{ symbol, text }];
    }),
  };
}

/** Whether a value has a symbol of its own; marks and ends are shown by their shapes. */
function isNamed({ kind }: Value): boolean {
  return ['text', 'json', 'binary', 'size', 'pattern', 'any', 'ping', 'pong'].includes(kind);
}

/** A message that can be read without quotes. */
function shortText(value: Value): string | undefined {
  if (value.kind === 'text') return /^[^\p{C}\p{Z}]+$/u.test(value.text) ? value.text : undefined;
  if (value.kind === 'json') return printJsonPattern(value.json);
  return undefined;
}

/** A value as the legend of a picture has it. */
export function valueText(value: Value): string {
  return value.kind === 'json' ? printJsonPattern(value.json) : printValue(value);
}

/** What is said of an end beside its mark; `''` where the mark says it all. */
export function endText(value: Value): { readonly head: string; readonly rest: string } | undefined {
  switch (value.kind) {
    case 'end':
      return { head: '', rest: '' };
    case 'close':
      return { head: String(value.code), rest: printable(value.reason ?? '') };
    case 'reject':
      return { head: String(value.status), rest: printable(value.body ?? '') };
    case 'lost':
      return { head: '', rest: 'lost' };
    case 'terminate':
      return { head: '', rest: 'terminated' };
    case 'error': {
      const message =
        typeof value.message === 'object'
          ? printValue({ kind: 'error', message: value.message }).slice(6)
          : value.message;
      return { head: printable(value.name ?? ''), rest: printable(message ?? '') };
    }
    default:
      return undefined;
  }
}
