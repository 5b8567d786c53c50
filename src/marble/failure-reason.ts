import { at } from './failure-sentence.ts';
import { showJson } from './json-diff.ts';
import { errorParts } from './match.ts';
import type { Dialect } from './scenario.ts';

/** Why a scenario fails for another reason than a lane that differs, or beside it. */
export type Reason =
  /** The two runs differ: inputs before timers of the same instant, and after them. */
  | { readonly kind: 'tie'; readonly passes: 'inputs first' | 'timers first' | 'neither' }
  /** Timers were left after the end. */
  | { readonly kind: 'leak'; readonly timers: readonly SetTimer[] }
  /** Something was begun that virtual time does not move. */
  | { readonly kind: 'real'; readonly work: readonly Begun[] }
  /** The handler failed, where what it does is to become what is expected. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly time: number }
  /** The same of a guard, which is then answered with 500; what it has thrown as far as known. */
  | { readonly kind: 'refused'; readonly time: number; readonly error?: unknown }
  /** A promise was rejected and nobody caught that. */
  | { readonly kind: 'rejected'; readonly error: unknown; readonly time?: number }
  /** Something that is not an Error was thrown. */
  | { readonly kind: 'not an error'; readonly thrown: unknown; readonly time?: number }
  /** Microtasks or timers of one instant follow each other without an end. */
  | { readonly kind: 'never settles'; readonly time: number }
  /** The same scenario gave another result when it ran again in the same order. */
  | { readonly kind: 'shared state' };

/** A timer that is set. */
export interface SetTimer {
  /** The function that sets it: `setTimeout`. */
  readonly by: string;
  /** In ms. */
  readonly delay: number;
  /** The file and line that set it, as far as known. */
  readonly place: string | undefined;
}

/** Something that was begun, and the file and line that began it, as far as known. */
export interface Begun {
  readonly what: string;
  readonly place: string | undefined;
}

/** Says the reason and what to do about it, in whole sentences; a line each. */
export function explain(reason: Reason, dialect: Dialect): readonly [headline: string, ...advice: string[]] {
  switch (reason.kind) {
    case 'tie':
      return explainTie(reason.passes, dialect);
    case 'leak':
      return explainLeak(reason.timers, dialect);
    case 'real':
      return explainReal(reason.work);
    case 'failed':
      return [
        `the handler failed${when(reason.time)}: ${nameError(reason.error)}`,
        `A failure does not become what is expected by itself. If it is to fail, ${howTo('#', '#', dialect)}.`,
      ];
    case 'refused':
      return [
        `the guard failed${when(reason.time)}: ${'error' in reason ? nameError(reason.error) : 'the answer was 500'}`,
        `A failure does not become what is expected by itself. If it is to fail, ${howTo('R, with R = reject 500', 'R', dialect)}.`,
      ];
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
        dialect === 'file'
          ? 'The handler keeps something between runs. Export a function that makes it, and write "use: ./room.ts#room()".'
          : 'The handler keeps something between runs. Give a function that makes it: { make: () => room() }.',
        'Or it calls import(), which takes real time, and only the first time: import that module before.',
      ];
  }
}

function explainLeak([first, ...others]: readonly SetTimer[], dialect: Dialect): readonly [string, ...string[]] {
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const allow = dialect === 'file' ? '"leaks: ok"' : "leaks: 'ok'";
  const [it, was] = others.length === 0 ? ['it', 'It was'] : ['them', 'They were'];
  return [
    `leak: ${first === undefined ? 'a timer' : showTimer(first, more)}${more}`,
    ...others.slice(0, mostTimers).map((timer) => `and ${showTimer(timer)}`),
    `${was} left when all channels had ended. Clear ${it} when in$ completes or the stream is unsubscribed, or write ` +
      `${allow} to allow this.`,
  ];
}

/** So many more are listed. */
const mostTimers = 4;

/** On one line of the terminal, with what stands before and behind it. */
function showTimer({ by, delay, place }: SetTimer, beside = ''): string {
  const timer = `${by}${by === 'setImmediate' ? '' : ` of ${at(delay)}`}`;
  return place === undefined ? timer : `${timer}, set in ${cutLeft(place, room - `${timer}, set in ${beside}`.length)}`;
}

/** What a line has for the reason, beside the name of the error. */
const room = 80 - 'MarbleMismatch: leak: '.length;

/** The end of a path says more than its beginning. */
function cutLeft(text: string, columns: number): string {
  const characters = [...text];
  return characters.length <= columns ? text : `…${characters.slice(1 - columns).join('')}`;
}

function explainReal(work: readonly Begun[]): readonly [string, ...string[]] {
  const show = ({ what, place }: Begun): string =>
    `${what}${place === undefined ? '' : `, in ${cutLeft(place, room - what.length - 25)}`}`;
  const [first, ...others] = work;
  return [
    `waits for something real: ${first === undefined ? 'unknown' : show(first)}`,
    ...others.slice(0, mostTimers).map((one) => `and ${show(one)}`),
    'Files, the network, other processes and threads take real time, which virtual time does not wait for: when they ' +
      'answer is up to chance. Give the handler from outside what it waits for, and in the test something that answers at once.',
  ];
}

function explainTie(
  passes: 'inputs first' | 'timers first' | 'neither',
  dialect: Dialect,
): readonly [string, ...string[]] {
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
  const write = dialect === 'file' ? `"ties: ${passes}"` : `ties: '${passes}'`;
  const failing = passes === 'inputs first' ? 'timers' : 'inputs';
  return [
    `tie: passes only when ${order} (write ${write} to allow this)`,
    `Or move the input by a column, so that nothing else is due then. Below is the run with ${failing} first.`,
  ];
}

/** How to say that a handler or guard is to fail. */
function howTo(inFile: string, inCode: string, dialect: Dialect): string {
  const values = inCode === 'R' ? ', values: { R: reject(500) }' : '';
  return dialect === 'file' ? `write ${inFile} into its lane out first` : `write out: '${inCode}'${values} first`;
}

function nameError(error: unknown): string {
  const { name, message: text } = errorParts(error);
  const [message = ''] = text.split('\n', 1);
  return name === undefined ? message : `${name}: ${message}`;
}

const when = (time: number | undefined): string => (time === undefined ? '' : ` at ${at(time)}`);
