import type { Reader } from './reader.ts';

const unitMs = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
type Unit = keyof typeof unitMs;

const advice = 'Write for example 100ms, 30s, 5m or 1h; it must come out as whole milliseconds above 0.';

/** A duration as it may stand in a text, without what is around it. */
export const durationPattern: RegExp = /\d+(?:\.\d+)?(?:ms|s|m|h)/;
const durationWhole = new RegExp(`^${durationPattern.source}$`);
const durationHere = new RegExp(`(?:${durationPattern.source})(?![\\w.])`, 'y');

/** Reads `30s` as 30_000; the result is a whole number of milliseconds above 0. */
export function readDuration(reader: Reader): number {
  const { at } = reader;
  const ms = durationMs(reader.need(durationHere, 'a duration', advice));
  return ms ?? reader.fail('a duration', advice, at);
}

/** The milliseconds of `30s`; `undefined` where that is not a whole number above 0. */
export function durationMs(text: string): number | undefined {
  const unit = text.replace(/^[\d.]+/, '') as Unit;
  // Rounded far below a millisecond: 1.1 * 1000 is not exactly 1100.
  const ms = Math.round(Number.parseFloat(text) * unitMs[unit] * 1e6) / 1e6;
  return Number.isSafeInteger(ms) && ms > 0 ? ms : undefined;
}

/** Every way to write a duration in one unit, the largest unit first: 1_500 is `1.5s` and `1500ms`. */
export function durationForms(ms: number): string[] {
  const forms = Object.entries(unitMs).map(([unit, factor]) => `${ms / factor}${unit}`);
  return forms.filter((form) => durationWhole.test(form) && durationMs(form) === ms);
}

/** Writes 30_000 as `30s`: in the largest unit that leaves no fraction. */
export function printDuration(ms: number): string {
  return durationForms(ms).find((form) => !form.includes('.')) ?? `${ms}ms`;
}
