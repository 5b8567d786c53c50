import type { LaneKind } from './scenario.ts';
import type { Value } from './value.ts';

/** What may stand in a lane of one kind. */
export interface LaneRule {
  /** Scripted lanes are what the test does; asserted ones are what it expects. */
  readonly role: 'scripted' | 'asserted';
  /** Whether the name has a party before the dot. */
  readonly party: 'optional' | 'never' | 'subject';
  /** Characters that mean the same in every lane of the kind; a legend cannot change them. */
  readonly marks: Readonly<Record<string, Value>>;
  /** Which values a legend, or a letter that stands for itself, may give; empty where only marks may stand. */
  readonly values: ReadonlyArray<Value['kind']>;
  /** What may stand there, for messages. */
  readonly expected: string;
}

const sent = ['text', 'json', 'binary', 'size'] as const;
const seen = [...sent, 'pattern', 'any'] as const;
const end: Value = { kind: 'end' };
const failure: Readonly<Record<string, Value>> = { '|': end, '#': { kind: 'error' } };

const digits = (from: number, value: (digit: number) => Value): Record<string, Value> =>
  Object.fromEntries(Array.from({ length: 10 - from }, (_, index) => [String(from + index), value(from + index)]));

export const laneRules: Readonly<Record<LaneKind, LaneRule>> = {
  in: {
    role: 'scripted',
    party: 'optional',
    marks: { '|': end, '#': { kind: 'lost' }, '^': { kind: 'connect' } },
    values: [...sent, 'close', 'ping', 'pong'],
    expected: 'a message, close, ping, pong, |, # or ^ (lane in)',
  },
  out: {
    role: 'asserted',
    party: 'optional',
    marks: failure,
    values: [...seen, 'close', 'error', 'reject'],
    expected: 'a message, close, error, reject, | or # (lane out)',
  },
  sub: {
    role: 'asserted',
    party: 'optional',
    marks: { '^': { kind: 'subscribe' }, '!': { kind: 'unsubscribe' } },
    values: [],
    expected: '^ or ! (lane sub)',
  },
  wire: {
    role: 'asserted',
    party: 'optional',
    marks: failure,
    values: [...seen, 'close', 'error', 'reject', 'ping', 'pong', 'terminate'],
    expected: 'a message, close, error, reject, ping, pong, terminate, | or # (lane wire)',
  },
  peer: {
    role: 'scripted',
    party: 'optional',
    marks: { x: { kind: 'stop' }, r: { kind: 'resume' }, ...digits(1, (count) => ({ kind: 'take', count })) },
    values: [],
    expected: 'x to stop reading, r to read again or a digit to take so many messages (lane peer)',
  },
  buf: {
    role: 'asserted',
    party: 'optional',
    marks: digits(0, (count) => ({ kind: 'waiting', count })),
    values: [],
    expected: 'a digit, how many messages wait (lane buf)',
  },
  drop: { role: 'asserted', party: 'optional', marks: {}, values: seen, expected: 'a message (lane drop)' },
  log: {
    role: 'asserted',
    party: 'never',
    marks: {},
    values: ['text', 'json', 'pattern', 'any'],
    expected: '"text", text /re/, json or any (lane log)',
  },
  do: {
    role: 'scripted',
    party: 'never',
    marks: digits(1, (action) => ({ kind: 'do', action })),
    values: [],
    expected: 'a digit from 1 to 9, the action to call (lane do)',
  },
  push: {
    role: 'scripted',
    party: 'subject',
    marks: failure,
    values: [...sent, 'error'],
    expected: 'a message, error, | or # (lane push)',
  },
  seen: {
    role: 'asserted',
    party: 'subject',
    marks: failure,
    values: [...seen, 'error'],
    expected: 'a message, error, | or # (lane seen)',
  },
};

/** The lanes of the client side, which are not there yet. */
export const clientLanes: readonly string[] = ['dial', 'net', 'got'];

export function isLaneKind(name: string): name is LaneKind {
  return Object.hasOwn(laneRules, name);
}

/** What to do about a value that cannot stand in a lane. */
export function whereElse(kind: LaneKind, value: Value): string {
  const isControl = value.kind === 'ping' || value.kind === 'pong' || value.kind === 'terminate';
  if (kind === 'in' && (value.kind === 'terminate' || value.kind === 'error')) return 'A connection that is lost is #.';
  if (kind === 'out' && isControl) return 'The handler does not say that: it belongs in a wire lane.';
  return '';
}

/** Why a value cannot be sent, though it can be asserted; `undefined` for one that can. */
export function whyNotSent(value: Value): string | undefined {
  if (value.kind === 'pattern' || value.kind === 'any') return 'What is sent must be exact.';
  if (value.kind === 'error' && typeof value.message === 'object') return 'What is sent must be exact.';
  if (value.kind === 'json' && guesses(value.json)) return 'Of the placeholders only <now> and <id:1> can be sent.';
  return undefined;
}

function guesses(json: Extract<Value, { kind: 'json' }>['json']): boolean {
  if (json.kind === 'placeholder') return json.fits !== 'now';
  if (json.kind === 'array') return json.items.some(guesses);
  if (json.kind === 'object') return json.members.some(([, value]) => guesses(value));
  return false;
}
