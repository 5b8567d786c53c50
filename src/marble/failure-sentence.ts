import { timeLabel } from './draw/time-label.ts';
import { errorParts } from './match.ts';
import { showSeen, showValue } from './match-symbol.ts';
import type { Mismatch } from './mismatch.ts';
import type { LaneEvent, Settings } from './scenario.ts';
import { standsForItself } from './symbol.ts';
import type { TraceEvent } from './trace.ts';

/** Names what was seen, e.g. `a`, `①` or `"hello"`. */
export type NameOf = (got: TraceEvent) => string;

/** Mismatches that are said in one sentence: of one cause, in one lane. */
export type Group = readonly [Mismatch, ...Mismatch[]];

/** At most so many symbols are listed. */
const mostListed = 12;
const mostValues = 4;
const mostDifferences = 6;

/** A time as failures have it. */
export const at = (ms: number): string => (ms === 0 ? '0 ms' : timeLabel(ms));

/** Says in one sentence what a lane expected and what came. Where only the order counts, times are not said. */
export function sentence(group: Group, nameOf: NameOf, timing: Settings['timing']): string {
  const [{ cause, lane, want, got, time }] = group;
  const [wanted, came] = [want[0], got[0]];
  const when = (words: string, ms: number): string => (timing === 'order' ? '' : `${words} ${at(ms)}`);
  const expected = wanted === undefined ? '' : nameOfWant(wanted);
  const who = lane.kind === 'seen' ? 'the subject' : 'the handler';
  if (cause === 'wrong order') {
    const orders = `expected ${listed(want.map(({ symbol }) => symbol))}, got ${listed(got.map(nameOf))}`;
    return `wrong order${when(' from', time)}: ${orders}`;
  }
  if (cause === 'unexpected error' && came !== undefined) {
    const instead = wanted === undefined ? '' : `, expected ${expected}`;
    return `${who} failed${when(' at', came.time)} with ${showError(came)}${instead}`;
  }
  if (wanted === undefined || came === undefined) return oneSided(group, nameOf, when);
  if (cause === 'late' || cause === 'early') return shifted(group, wanted, came, timing);
  const times =
    wanted.time === came.time || timing === 'order'
      ? `${when(' at', wanted.time)}: expected ${expected}, got ${nameOf(came)}`
      : `: expected ${expected} at ${at(wanted.time)}, got ${nameOf(came)} at ${at(came.time)}`;
  return cause + times;
}

function oneSided(group: Group, nameOf: NameOf, when: (words: string, ms: number) => string): string {
  const [{ cause, time }] = group;
  const many = group.length > 1;
  const first = many ? ', the first' : '';
  if (cause === 'extra') {
    const names = listed(group.flatMap(({ got }) => got.map(nameOf)));
    const expected = 'where nothing is expected';
    return many
      ? `${names} came ${expected}${when(', the first at', time)}`
      : `${names} came${when(' at', time)}, ${expected}`;
  }
  const wants = group.flatMap(({ want }) => want);
  const names = many ? listed(wants.map(({ symbol }) => symbol)) : wants.map(nameOfWant).join('');
  return `${names} ${many ? 'are' : 'is'} missing${when(`${first || ','} expected at`, time)}`;
}

function shifted(group: Group, want: LaneEvent, got: TraceEvent, timing: Settings['timing']): string {
  const [{ cause }] = group;
  const by = at(Math.abs(got.time - want.time));
  const one = `at ${at(got.time)} instead of ${at(want.time)}`;
  const allowed = typeof timing === 'object' ? ` (${at(timing.within)} are allowed)` : '';
  if (group.length === 1) return `${nameOfWant(want)} came ${by} ${cause}, ${one}${allowed}`;
  const names = group.flatMap(({ want }) => want).map(({ symbol }) => symbol);
  return `${listed(names)} each came ${by} ${cause}, the first ${one}${allowed}`;
}

/** What was expected, in words where a mark alone says little. */
function nameOfWant({ symbol, value }: LaneEvent): string {
  if (value.kind === 'waiting') return `${symbol} waiting`;
  const words = symbol === '#' ? 'any error' : inWords[value.kind];
  return words === undefined ? symbol : `${symbol} (${words})`;
}

/** What was seen, in words where a mark alone says little. */
export function nameOfGot({ seen }: TraceEvent, symbol: string): string {
  if (seen.kind === 'waiting') return `${seen.count} waiting`;
  const isMark = symbol === '|' || symbol === '#';
  const words = isMark && seen.kind === 'close' ? `close ${seen.code}` : inWords[seen.kind];
  return words === undefined ? symbol : `${symbol} (${words})`;
}

const inWords: Readonly<Record<string, string>> = {
  end: 'completed',
  subscribe: 'subscribes',
  unsubscribe: 'unsubscribes',
};

/** Whether a symbol needs no explanation: `a` is the text "a", and marks are said in words. */
function isPlain({ symbol, value }: LaneEvent): boolean {
  if (value.kind === 'text') return value.text === symbol && standsForItself(symbol);
  return value.kind === 'waiting' || inWords[value.kind] !== undefined || symbol === '#';
}

/** An error as its own message has it. */
export function showError({ seen }: TraceEvent): string {
  if (seen.kind !== 'error') return 'an error';
  const { name, message } = errorParts(seen.error);
  return name === undefined ? `${message}, which is no Error` : `${name}: ${message}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostListed).join(' ');
  return names.length > mostListed ? `${shown} ...` : shown;
}

/** The lines below a sentence: what the symbols stand for, and what is different inside. */
export function valueLines(group: Group, symbolOf: NameOf, isMark: (got: TraceEvent) => boolean): string[] {
  const [{ cause, want, got, differences }] = group;
  const isPair = want.length === 1 && got.length === 1;
  if (cause === 'late' || cause === 'early' || (cause === 'unexpected error' && !isPair)) return [];
  const explain = (event: TraceEvent): string => `${symbolOf(event)} = ${showSeen(event.seen, 1_000)}`;
  const wants = group.flatMap(({ want }) => want).filter((event) => !isPlain(event));
  const gots = group.flatMap(({ got }) => got);
  if (!isPair) {
    const missing = cause === 'missing' ? wants.map((event) => `${event.symbol} = ${showValue(event.value)}`) : [];
    return [...missing, ...gots.filter(isMark).map(explain)].slice(0, mostValues);
  }
  const expected = wants.map((event) => `expected  ${event.symbol} = ${showValue(event.value)}`);
  const isSaid = (event: TraceEvent): boolean => cause === 'unexpected error' || nameOfGot(event, '').length > 0;
  const came = gots.filter((event) => isMark(event) || (expected.length > 0 && !isSaid(event)));
  const more = differences.length - mostDifferences;
  return [
    ...expected,
    ...came.map((event) => `got       ${explain(event)}`),
    ...differences.slice(0, mostDifferences),
    ...(more > 0 ? [`... and ${more} more inside`] : []),
  ];
}
