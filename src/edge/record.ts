import { tap } from 'rxjs';
import { around } from '../channel/around.ts';
import type { ServerChannel } from '../channel/channel.ts';
import { errorParts } from '../marble/match.ts';
import { RecordingTape, type RecordOptions } from '../marble/recording-tape.ts';
import { CloseError, type CloseRecord } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import type { AnyHandler } from '../testing/fixture.ts';
import { type HandlerWatch, recordedHandler } from '../testing/recorded-handler.ts';
import { systemClock } from './clock.ts';

/**
 * Records what a handler reads and says, as lines of JSON. It wraps handlers, as `around` does:
 *
 * ```ts
 * import { record } from 'sluice/recording';
 *
 * const recorded = record({ write: (line) => file.write(line), redact: withoutPasswords });
 * route('/chat/:room', recorded(chat))
 * ```
 *
 * `sluice marbles replay` runs a recording against a handler, and `recordingToMarble` makes a scenario of it. Messages are
 * recorded as the handler has them: text and bytes as they are, others as JSON. Everything is recorded into one tape, up to
 * 10,000 events and 1 MiB; then a last line says `cut`.
 */
export function record(options: RecordOptions): <Wrapped extends AnyHandler>(handler: Wrapped) => Wrapped {
  const tape = new RecordingTape(options, systemClock.now);
  let parties = 0;
  return <Wrapped extends AnyHandler>(handler: Wrapped): Wrapped =>
    ((channel: ServerChannel) => {
      parties++;
      return recordChannel(handler, channel, tape, String(parties));
    }) as never;
}

function recordChannel(handler: AnyHandler, channel: ServerChannel, tape: RecordingTape, party: string): unknown {
  const { url, subprotocols } = channel.request;
  tape.connect(party, url, subprotocols, systemClock.timeOfDay());
  const ends = new Ends(tape, party);
  // The end is there long before closed$ says why, if work goes on; and what the handler says to it comes after it.
  let endedAt: number | undefined;
  const ended = (): void => {
    endedAt ??= tape.time;
  };
  channel.signal.addEventListener('abort', ended);
  channel.closed$.subscribe((record) => ends.ofPeer(record, endedAt ?? tape.time));
  const recorded = around<unknown, unknown, unknown, unknown>({
    in: tap({ next: (message) => tape.message(party, 'in', payloadOf(message)), complete: ended }),
    out: tap((message) => tape.message(party, 'out', payloadOf(message))),
  });
  return recorded(recordedHandler(handler, ends) as never)(channel as never);
}

/** Of what a handler says about the end only the first counts, and after the peer's end none. */
class Ends implements HandlerWatch {
  readonly #tape: RecordingTape;
  readonly #party: string;
  #ended = false;

  constructor(tape: RecordingTape, party: string) {
    this.#tape = tape;
    this.#party = party;
  }

  subscribed(): void {}
  unsubscribed(): void {}

  completed(): void {
    this.#say({ kind: 'end' });
  }

  failed(error: unknown): void {
    if (error instanceof CloseError) this.closed(error);
    else this.#say({ kind: 'error', ...errorParts(error) });
  }

  closed({ code, reason }: { readonly code: number; readonly reason: string }): void {
    this.#say({ kind: 'close', code, reason });
  }

  ofPeer({ by, code, reason }: CloseRecord, t: number): void {
    if (by === 'peer') this.#tape.event(this.#party, 'in', { kind: 'close', code, reason }, t);
    else if (['transport', 'heartbeat', 'stall'].includes(by)) this.#tape.event(this.#party, 'in', { kind: 'lost' }, t);
  }

  #say(what: Parameters<RecordingTape['event']>[2]): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tape.event(this.#party, 'out', what);
  }
}

function payloadOf(message: unknown): Payload {
  if (typeof message === 'string') return message;
  if (message instanceof ArrayBuffer) return new Uint8Array(message);
  if (ArrayBuffer.isView(message)) return new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
  return JSON.stringify(message) ?? String(message);
}
