import type { Liveness, Socket, SocketListener } from '../../src/channel/socket.ts';
import type { Close } from '../../src/protocol/close.ts';
import { byteLength, type Payload } from '../../src/protocol/payload.ts';

/** A socket that a test plays the peer of. `log` holds what the channel asked of it, in order. */
export class FakeSocket implements Socket, Liveness {
  readonly log: string[] = [];
  readonly sent: Payload[] = [];
  subprotocol = '';
  receivedBytes = 0;
  liveness: Liveness = this;
  /** Whether the peer reads: if not, what is sent stays buffered until `takes`. */
  reads = true;
  /** Whether the peer answers a Close, and ends the connection. */
  answers = false;
  #listener: SocketListener | undefined;
  #state: 'open' | 'closing' | 'gone' = 'open';
  #paused = false;
  #kernel: Array<() => void> = [];
  #leaving: Array<{ bytes: number; rest: number; left: () => void }> = [];

  /** A payload counts in full until all of it has left. */
  get bufferedBytes(): number {
    return this.#leaving.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get unwrittenBytes(): number {
    return this.#leaving[0]?.rest ?? 0;
  }

  // --- what the channel does ---

  open(listener: SocketListener): void {
    this.#listener = listener;
  }

  send(payload: Payload): void {
    if (this.#state !== 'open') return;
    this.log.push(`send ${payload}`);
    this.sent.push(payload);
    this.#leave(byteLength(payload), () => this.#listener?.drained());
  }

  close({ code, reason }: Close): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.log.push(`close ${code} ${reason}`.trimEnd());
    if (this.answers) queueMicrotask(() => this.leaves({ code, reason }));
  }

  terminate(): void {
    if (this.#state === 'gone') return;
    this.log.push('terminate');
    queueMicrotask(() => this.#end());
  }

  demand(on: boolean): void {
    this.log.push(on ? 'resume' : 'pause');
    this.#paused = !on;
    if (on) for (const arrival of this.#kernel.splice(0)) queueMicrotask(() => this.#arrive(arrival));
  }

  ping(left: () => void): void {
    if (this.#state !== 'open') return;
    this.log.push('ping');
    this.#leave(2, () => {
      left();
      if (this.answers) this.showsLife();
    });
  }

  // --- what the peer does ---

  /** The payloads come in one read. */
  delivers(...payloads: readonly Payload[]): void {
    this.#arrive(() => {
      for (const payload of payloads) if (this.#state !== 'gone') this.#listener?.payload(payload);
    });
  }

  /** Any bytes that are no message: a Pong, a Ping, a part of a message. */
  showsLife(): void {
    this.#arrive(() => {});
  }

  closes({ code, reason = '' }: { code: number; reason?: string } = { code: 1000 }): void {
    this.#arrive(() => {
      this.#state = 'closing';
      this.#listener?.closing({ code, reason });
    });
  }

  /** A Close, as a request or as an answer, and then the end of the connection. */
  leaves(close?: { code: number; reason?: string }): void {
    this.closes(close);
    this.#arrive(() => this.#end());
  }

  violates(code: number, cause: unknown = new Error('violation')): void {
    this.#arrive(() => {
      this.#state = 'closing';
      this.#listener?.violated({ code, reason: '' }, cause);
    });
  }

  /** The connection breaks. */
  vanishes(): void {
    this.#end();
  }

  /** Takes bytes of what is buffered, in the order in which they were sent; all of it by default. */
  takes(bytes: number = Number.POSITIVE_INFINITY): void {
    let taken = bytes;
    for (const entry of this.#leaving) {
      const part = Math.min(taken, entry.rest);
      entry.rest -= part;
      taken -= part;
    }
    const left = this.#leaving.filter(({ rest }) => rest === 0);
    this.#leaving = this.#leaving.filter(({ rest }) => rest > 0);
    for (const entry of left) entry.left();
  }

  // --- the connection ---

  #leave(bytes: number, left: () => void): void {
    if (this.reads) queueMicrotask(left);
    else this.#leaving.push({ bytes, rest: bytes, left });
  }

  /** While nobody reads, what arrives waits in the kernel. */
  #arrive(arrival: () => void): void {
    if (this.#state === 'gone') return;
    if (this.#paused) {
      this.#kernel.push(arrival);
      return;
    }
    this.receivedBytes += 2;
    arrival();
  }

  #end(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#listener?.gone();
  }
}
