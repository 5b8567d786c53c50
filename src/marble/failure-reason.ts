import { at } from './failure-sentence.ts';
import { showJson } from './json-diff.ts';
import { errorParts } from './match.ts';

/** Why a scenario fails for another reason than a lane that differs, or beside it. */
export type Reason =
  /** The two runs differ: inputs before timers of the same instant, and after them. */
  | { readonly kind: 'tie'; readonly passes: 'inputs first' | 'timers first' | 'neither' }
  /** Timers were left after the end. `due`: when, in ms from the start, as far as known. */
  | { readonly kind: 'leak'; readonly timers: number; readonly due?: readonly number[] }
  /** Real handles are open, which do not finish in virtual time; as Node names them. */
  | { readonly kind: 'real'; readonly resources: readonly string[] }
  /** A promise was rejected and nobody caught that. */
  | { readonly kind: 'rejected'; readonly error: unknown; readonly time?: number }
  /** Something that is not an Error was thrown. */
  | { readonly kind: 'not an error'; readonly thrown: unknown; readonly time?: number }
  /** Microtasks or timers of one instant follow each other without an end. */
  | { readonly kind: 'never settles'; readonly time: number }
  /** The same scenario gave another result when it ran again in the same order. */
  | { readonly kind: 'shared state' };

/** Says the reason and what to do about it, in whole sentences; a line each. */
export function explain(reason: Reason): readonly [headline: string, ...advice: string[]] {
  switch (reason.kind) {
    case 'tie':
      return explainTie(reason.passes);
    case 'leak': {
      const count = reason.timers === 1 ? '1 timer was' : `${reason.timers} timers were`;
      const due = reason.due?.length ? ` (due at ${reason.due.slice(0, 5).map(at).join(', ')})` : '';
      return [
        `leak: ${count} left after everything was unsubscribed${due}`,
        'Clear timers when in$ completes or the handler is unsubscribed, or write "leaks: ok" to allow this.',
      ];
    }
    case 'real': {
      const what = reason.resources.length === 0 ? '' : `: ${[...new Set(reason.resources)].join(', ')}`;
      return [
        `this handler waits for something real${what}`,
        'Files, network and DNS do not finish in virtual time. Give the handler from outside what it waits for, ' +
          'and in the test something that answers at once.',
      ];
    }
    case 'rejected':
      return [
        `an error was thrown${when(reason.time)} and nobody caught it: ${nameError(reason.error)}`,
        'Await the promise that rejects with it, return it to the pipeline, or catch the error.',
      ];
    case 'not an error':
      return [
        `${showJson(reason.thrown)} was thrown${when(reason.time)}, which is not an Error`,
        'Throw new Error(...): only an Error says where it comes from.',
      ];
    case 'never settles':
      return [
        `the handler never settles: at ${at(reason.time)} it goes on without letting time pass`,
        'Look for a loop that awaits, repeats or sets timers of 0 ms without an end.',
      ];
    case 'shared state':
      return [
        'shared state: the same scenario gave another result when it ran again',
        'The handler keeps something between runs. Export a function that makes it, and write "use: ./room.ts#room()".',
      ];
  }
}

function explainTie(passes: 'inputs first' | 'timers first' | 'neither'): readonly [string, ...string[]] {
  if (passes === 'neither') {
    return [
      'tie: the result depends on whether input or a timer that is due at the same instant comes first',
      'It holds in neither order. Below is the run with inputs first.',
    ];
  }
  const order =
    passes === 'inputs first'
      ? 'input comes before a timer that is due at the same instant'
      : 'a timer comes before input of the same instant';
  const failing = passes === 'inputs first' ? 'timers' : 'inputs';
  return [
    `tie: passes only when ${order} (write "ties: ${passes}" to allow this)`,
    `Or move the input by a column, so that nothing else is due then. Below is the run with ${failing} first.`,
  ];
}

function nameError(error: unknown): string {
  const { name, message } = errorParts(error);
  return name === undefined ? message : `${name}: ${message}`;
}

const when = (time: number | undefined): string => (time === undefined ? '' : ` at ${at(time)}`);
