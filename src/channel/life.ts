import type { Close, ClosedBy, CloseRecord } from '../protocol/close.ts';
import type { Clock, Timer } from './clock.ts';

/** The ways in which a channel ends. */
export type Ending =
  | 'peer'
  | 'lost'
  | 'completed'
  | 'failed'
  | 'asked'
  | 'expired'
  | 'shutdown'
  | 'refused'
  | 'violated'
  | 'overflowed'
  | 'silent'
  | 'stalled';

interface Plan {
  readonly by: ClosedBy;
  readonly deliver: boolean;
  readonly output: 'send' | 'work' | 'drop';
  readonly wire: 'close' | 'answered' | 'terminate' | 'gone';
}

/**
 * What each way to end does.
 *
 * - `deliver`: what was received is still delivered before `in$` completes.
 * - `output`: `send` what is queued; take more while `work` is in flight, then send; or `drop` it.
 * - `wire`: we `close`, the socket has `answered` by itself, we `terminate`, or it is `gone` already.
 */
const endings: Readonly<Record<Ending, Plan>> = {
  peer: { by: 'peer', deliver: true, output: 'drop', wire: 'answered' },
  lost: { by: 'transport', deliver: true, output: 'drop', wire: 'gone' },
  completed: { by: 'handler', deliver: false, output: 'send', wire: 'close' },
  failed: { by: 'handler', deliver: false, output: 'send', wire: 'close' },
  asked: { by: 'handler', deliver: false, output: 'work', wire: 'close' },
  expired: { by: 'server', deliver: true, output: 'work', wire: 'close' },
  shutdown: { by: 'server', deliver: true, output: 'work', wire: 'close' },
  refused: { by: 'protocol', deliver: false, output: 'drop', wire: 'close' },
  violated: { by: 'protocol', deliver: true, output: 'drop', wire: 'answered' },
  overflowed: { by: 'overflow', deliver: false, output: 'drop', wire: 'close' },
  silent: { by: 'heartbeat', deliver: false, output: 'drop', wire: 'terminate' },
  stalled: { by: 'stall', deliver: false, output: 'drop', wire: 'terminate' },
};

/** What the life of a channel needs of it. */
export interface LifeHost {
  readonly clock: Clock;
  readonly settings: { readonly closeTimeout: number; readonly linger: number };
  readonly socket: { close(close: Close): void; terminate(): void };
  /** `quiet` follows its end once `in$` has completed and nothing is in work. */
  readonly inbound: { end(deliver: boolean): void; abandon(): void };
  readonly outbound: {
    finish(done: () => void): void;
    /** Forgets what is unsent. Answers how many messages that were. */
    discard(): number;
    giveUpEncoding(): void;
  };
  lost(direction: 'out', reason: 'ended', messages: number): void;
  /** Unsubscribes the returned stream, aborts `signal`, completes `out`. */
  wind(): void;
  /** The very end. */
  ended(record: CloseRecord): void;
}

/**
 * The end of a channel: the first cause wins, then two tracks run to their ends.
 *
 * ```
 *   handler   in$ completes --> work in flight, at most `linger` --> stream, signal and out end --+
 *                                                                                                 +--> closed$
 *   wire      what is unsent is sent --> Close --> the answer, at most `closeTimeout` --> gone ---+
 * ```
 *
 * The tracks run side by side, but where output of the work in flight is still wanted: there Close waits for it.
 * Encoding is work in flight as well, so that `linger` bounds it too.
 */
export class Life {
  readonly #host: LifeHost;
  #ending: Plan | undefined;
  #close: Close | undefined;
  #cause: unknown;
  // Facts, from which the record is derived.
  #wound = false;
  #closeSent = false;
  #closeReceived = false;
  #gone = false;
  #record: CloseRecord | undefined;
  #linger: Timer | undefined;
  #answer: Timer | undefined;

  constructor(host: LifeHost) {
    this.#host = host;
  }

  /** The handler's side has ended: its stream is unsubscribed. */
  get wound(): boolean {
    return this.#wound;
  }

  /** How the channel ended, once it has. */
  get record(): CloseRecord | undefined {
    return this.#record;
  }

  /** Whether `out` still takes messages. */
  get takesOutput(): boolean {
    if (this.#ending === undefined) return true;
    return this.#ending.output === 'work' && !this.#wound && !this.#closeSent && !this.#gone;
  }

  /** A cause of the end. Only the first counts; answers whether this was it. */
  end(ending: Ending, close: Close, cause?: unknown): boolean {
    if (this.#ending !== undefined) return false;
    const plan = endings[ending];
    this.#ending = plan;
    this.#close = close;
    this.#cause = cause;
    if (plan.output === 'drop') this.#closeWire();
    else if (plan.output === 'send') this.#host.outbound.finish(() => this.#closeWire());
    this.#host.inbound.end(plan.deliver);
    if (!this.#quietAndSent) this.#linger = this.#host.clock.after(this.#host.settings.linger, () => this.#giveUp());
    return true;
  }

  /** The peer shows no sign of life. The connection is cut also where the end has begun for another cause. */
  cutOff(ending: 'silent' | 'stalled'): void {
    if (!this.end(ending, { code: 1006, reason: '' })) this.#host.socket.terminate();
  }

  /** `in$` has completed and nothing is in work. */
  quiet(): void {
    if (this.#ending === undefined || this.#wound) return;
    this.#wound = true;
    this.#host.wind();
    if (this.#ending.output === 'work') this.#host.outbound.finish(() => this.#closeWire());
    this.#stopLinger();
    this.#endIfDone();
  }

  /** The socket has the peer's Close, and answers it unless it is itself the answer. */
  closing(close: Close): void {
    this.#closeReceived = true;
    if (!this.end('peer', close)) this.#overtaken();
  }

  /** The socket found a violation of the protocol, and has sent the Close for it. */
  violated(close: Close, cause: unknown): void {
    if (!this.end('violated', close, cause)) this.#overtaken();
  }

  /** The socket is gone. */
  gone(): void {
    this.#gone = true;
    this.#answer?.cancel();
    this.#dropOutput();
    this.end('lost', { code: 1006, reason: '' });
    this.#stopLinger();
    this.#endIfDone();
  }

  /** Time for output is over: the Close goes out now, whatever is unsent. */
  hurry(): void {
    if (this.#ending === undefined) return;
    if (!this.#wound) this.#giveUpWork();
    if (!this.#closeSent) this.#closeWire();
  }

  /** Time is over. */
  cut(): void {
    this.hurry();
    this.#host.socket.terminate();
  }

  /** `linger` has passed. */
  #giveUp(): void {
    if (!this.#wound) this.#giveUpWork();
    this.#host.outbound.giveUpEncoding();
  }

  get #quietAndSent(): boolean {
    return this.#wound && (this.#closeSent || this.#gone);
  }

  #stopLinger(): void {
    if (this.#quietAndSent) this.#linger?.cancel();
  }

  #giveUpWork(): void {
    this.#host.inbound.abandon();
    this.quiet();
  }

  /** A Close has left by itself while output was still waiting for ours. */
  #overtaken(): void {
    this.#dropOutput();
    this.#closeSent = true;
    this.#stopLinger();
    this.#awaitAnswer();
  }

  #dropOutput(): void {
    const messages = this.#host.outbound.discard();
    if (messages > 0) this.#host.lost('out', 'ended', messages);
  }

  #closeWire(): void {
    if (this.#gone || this.#closeSent || this.#ending === undefined || this.#close === undefined) return;
    this.#dropOutput();
    if (this.#ending.wire === 'terminate') {
      this.#host.socket.terminate();
      return;
    }
    this.#closeSent = this.#ending.wire !== 'gone';
    this.#stopLinger();
    if (this.#ending.wire === 'close') this.#host.socket.close(this.#close);
    if (this.#closeSent) this.#awaitAnswer();
  }

  #awaitAnswer(): void {
    if (this.#gone) return;
    this.#answer ??= this.#host.clock.after(this.#host.settings.closeTimeout, () => this.#host.socket.terminate());
  }

  #endIfDone(): void {
    if (!this.#wound || !this.#gone || this.#record !== undefined) return;
    if (this.#ending === undefined || this.#close === undefined) return;
    const { code, reason } = this.#close;
    const clean = this.#closeSent && this.#closeReceived;
    const record = { code, reason, clean, by: this.#ending.by };
    this.#record = this.#cause === undefined ? record : { ...record, cause: this.#cause };
    this.#host.ended(this.#record);
  }
}
