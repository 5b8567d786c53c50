import type { ServerChannel } from '../channel/channel.ts';
import { LiveChannel } from '../channel/live-channel.ts';
import type { Seen } from '../marble/trace.ts';
import { CloseError } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import type { HandlerWatch } from './recorded-handler.ts';
import type { Recorder } from './recorder.ts';

/** Writes down what is seen of one party's channel from inside: what its handler says, what waits and what is dropped. */
export class ChannelWatch implements HandlerWatch {
  readonly #end: (seen: Seen) => void;
  readonly #sub: (seen: Seen) => void;
  readonly #buf: (seen: Seen) => void;
  readonly #drop: (seen: Seen) => void;
  #channel: ServerChannel | undefined;
  /** Of what the handler says about the end only the first counts. */
  #ended = false;
  #waiting = 0;

  /** @param end Is told how the handler ends. */
  constructor(party: string | undefined, recorder: Recorder, end: (seen: Seen) => void) {
    this.#end = end;
    this.#sub = recorder.lane('sub', party);
    this.#buf = recorder.lane('buf', party);
    this.#drop = recorder.lane('drop', party);
  }

  /** The channel, once the handshake has passed. */
  get channel(): ServerChannel | undefined {
    return this.#channel;
  }

  /** The channel is there, and its handler is going to run. */
  opened(channel: ServerChannel): void {
    this.#channel = channel;
    channel.pressure$.subscribe(() => this.#look());
    LiveChannel.coreOf(channel as LiveChannel).outbound.dropped = (encode) => {
      // What has no payload cannot be seen.
      this.#dropped(encode).catch(() => {});
    };
  }

  /** The handshake was refused; `error` is what the guard has thrown, as far as known. */
  refused(status: number, body: string, error?: unknown): void {
    this.#say({ kind: 'reject', status, body, ...(error === undefined ? {} : { error }) });
  }

  /** The scenario is over: no work goes on. */
  cut(): void {
    if (this.#channel === undefined) return;
    const { life } = LiveChannel.coreOf(this.#channel as LiveChannel);
    // A socket that is paused does not see that it is cut, and work in flight would have its time.
    life.end('lost', { code: 1006, reason: '' });
    life.cut();
  }

  // --- HandlerWatch ---

  subscribed(): void {
    this.#sub({ kind: 'subscribe' });
  }

  unsubscribed(): void {
    this.#sub({ kind: 'unsubscribe' });
  }

  completed(): void {
    this.#say({ kind: 'end' });
  }

  failed(error: unknown): void {
    if (error instanceof CloseError) this.closed(error);
    else this.#say({ kind: 'error', error });
  }

  closed({ code, reason }: { readonly code: number; readonly reason: string }): void {
    this.#say({ kind: 'close', code, reason });
  }

  #say(end: Seen): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end(end);
  }

  /** Looks how many messages wait, after whatever may have changed it. */
  #look(): void {
    if (this.#channel === undefined) return;
    const { waiting } = LiveChannel.coreOf(this.#channel as LiveChannel).outbound;
    if (waiting === this.#waiting) return;
    this.#waiting = waiting;
    this.#buf({ kind: 'waiting', count: waiting });
  }

  async #dropped(encode: () => Payload | Promise<Payload>): Promise<void> {
    queueMicrotask(() => this.#look());
    const encoded = encode();
    this.#drop(messageOf(encoded instanceof Promise ? await encoded : encoded));
  }
}

/** A message as it is seen. */
export function messageOf(payload: Payload): Seen {
  return typeof payload === 'string' ? { kind: 'text', text: payload } : { kind: 'binary', bytes: payload.slice() };
}
