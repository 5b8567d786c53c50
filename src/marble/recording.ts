/*
 * A recording: what went over connections, one event a line, as JSON.
 *
 *   {"t":0,"party":"1","lane":"in","kind":"connect","url":"/echo","at":1700000000000}
 *   {"t":412,"party":"1","lane":"in","kind":"text","text":"hi"}
 *   {"t":413,"party":"1","lane":"out","kind":"text","text":"hi"}
 *   {"t":980,"party":"1","lane":"in","kind":"close","code":1000,"reason":""}
 *
 * Lanes mean what they mean in a scenario: `out` is what the handler says, `wire` what a client has seen of it. The end of
 * a connection is known late, so that its line may stand behind later ones.
 */
import type { Payload } from '../protocol/payload.ts';

/** One event of a connection. */
export interface RecordedEvent {
  /** In ms since the recording began. */
  readonly t: number;
  /** Tells the connections of a recording apart. */
  readonly party: string;
  readonly lane: RecordedLane;
  readonly what: Recorded;
}

export type RecordedLane = 'in' | 'out' | 'wire';

/** What can be recorded. */
export type Recorded =
  /** `at` is the time of day, in ms since 1970. */
  | { readonly kind: 'connect'; readonly url: string; readonly protocols?: readonly string[]; readonly at: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'error'; readonly name?: string; readonly message: string }
  | { readonly kind: 'reject'; readonly status: number }
  /** The handler has completed (`out`). */
  | { readonly kind: 'end' }
  /** The connection was lost without a Close. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  /** The bound is reached: nothing more was recorded. */
  | { readonly kind: 'cut' };

/** A message as it is recorded. */
export function recordedMessage(payload: Payload): Recorded {
  return typeof payload === 'string' ? { kind: 'text', text: payload } : { kind: 'binary', bytes: payload };
}

/** Writes an event as a line of JSON, without the line end. */
export function writeRecorded({ t, party, lane, what }: RecordedEvent): string {
  const { kind, ...rest } = what;
  const content = 'bytes' in rest ? { base64: toBase64(rest.bytes) } : rest;
  return JSON.stringify({ t: Math.round(t * 1_000) / 1_000, party, lane, kind, ...content });
}

/**
 * Reads the lines of a recording. A last line that was not written to its end is left out.
 *
 * @throws SyntaxError for any other line that is no recorded event; the message says which.
 */
export function readRecording(text: string): RecordedEvent[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const event = readLine(line);
    if (event !== undefined) return [event];
    if (index === lines.length - 1) return [];
    const shown = line.length > 60 ? `${line.slice(0, 57)}...` : line;
    throw new SyntaxError(`Line ${index + 1} of the recording is no recorded event: ${shown}`);
  });
}

function readLine(line: string): RecordedEvent | undefined {
  try {
    const { t, party, lane, ...what }: Record<string, unknown> = JSON.parse(line);
    const isEvent = Number.isFinite(t) && typeof party === 'string' && ['in', 'out', 'wire'].includes(lane as string);
    const recorded = isEvent ? readers[what.kind as Recorded['kind']]?.(what) : undefined;
    return recorded && { t: t as number, party: party as string, lane: lane as RecordedLane, what: recorded };
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** A line with fields of other types is none. */
const readers: { readonly [Kind in Recorded['kind']]: (fields: Fields) => Recorded | undefined } = {
  connect: ({ url, protocols, at }) =>
    typeof url === 'string' && typeof at === 'number'
      ? { kind: 'connect', url, at, ...(Array.isArray(protocols) ? { protocols: protocols.map(String) } : {}) }
      : undefined,
  text: ({ text }) => (typeof text === 'string' ? { kind: 'text', text } : undefined),
  binary: ({ base64 }) => (typeof base64 === 'string' ? { kind: 'binary', bytes: fromBase64(base64) } : undefined),
  close: ({ code, reason }) =>
    typeof code === 'number' ? { kind: 'close', code, reason: String(reason ?? '') } : undefined,
  error: ({ name, message }) => ({
    kind: 'error',
    message: String(message ?? ''),
    ...(typeof name === 'string' ? { name } : {}),
  }),
  reject: ({ status }) => (typeof status === 'number' ? { kind: 'reject', status } : undefined),
  end: () => ({ kind: 'end' }),
  lost: () => ({ kind: 'lost' }),
  ping: () => ({ kind: 'ping' }),
  pong: () => ({ kind: 'pong' }),
  cut: () => ({ kind: 'cut' }),
};

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
