import { byteLength, type Payload } from '../protocol/payload.ts';
import { type Recorded, type RecordedEvent, type RecordedLane, recordedMessage, writeRecorded } from './recording.ts';

/** What is written of the traffic, and where to. */
export interface RecordOptions {
  /** Takes each line of JSON, with its line end. */
  readonly write: (line: string) => void;
  /**
   * What to write in place of a message: take out what is secret. A message for which it throws is left out.
   *
   * @default the message itself
   */
  readonly redact?: (payload: Payload, at: { readonly lane: RecordedLane; readonly party: string }) => Payload;
  /** What to write in place of the path and query of a request. @default them */
  readonly redactUrl?: (url: string) => string;
  /** After so many events nothing more is recorded. @default 10_000 */
  readonly maxEvents?: number;
  /** After so many bytes of messages nothing more is recorded. @default 1_048_576 */
  readonly maxBytes?: number;
}

/** Writes what it is told, up to its bound. */
export class RecordingTape {
  readonly #options: RecordOptions;
  readonly #now: () => number;
  readonly #start: number;
  #events: number;
  #bytes: number;

  /** @param now A clock in ms, from any start. */
  constructor(options: RecordOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
    this.#start = now();
    this.#events = options.maxEvents ?? 10_000;
    this.#bytes = options.maxBytes ?? 1_048_576;
  }

  /** Milliseconds since it began. */
  get time(): number {
    return this.#now() - this.#start;
  }

  connect(party: string, url: string, protocols: readonly string[], at: number): void {
    const { redactUrl = (given) => given } = this.#options;
    const offered = protocols.length === 0 ? {} : { protocols };
    this.event(party, 'in', { kind: 'connect', url: redactUrl(url), ...offered, at });
  }

  message(party: string, lane: RecordedLane, payload: Payload): void {
    let redacted = payload;
    try {
      redacted = this.#options.redact?.(payload, { lane, party }) ?? payload;
    } catch {
      return;
    }
    this.#bytes -= byteLength(redacted);
    this.event(party, lane, recordedMessage(redacted));
  }

  event(party: string, lane: RecordedLane, what: Recorded, t: number = this.time): void {
    if (this.#events <= 0) return;
    this.#events = this.#bytes < 0 ? 0 : this.#events - 1;
    const event: RecordedEvent = { t, party, lane, what: this.#events === 0 ? { kind: 'cut' } : what };
    this.#options.write(`${writeRecorded(event)}\n`);
  }
}
