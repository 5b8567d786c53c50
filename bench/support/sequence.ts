import { clientFrame, MASK, payloadStart, TEXT } from './frames.ts';

/** So many decimal digits begin every message: its sequence number. */
const DIGITS = 10;

const payloadOf = (messageBytes: number): Buffer => Buffer.alloc(messageBytes, '.');

/** Makes many frames of numbered messages of one size at a time, cheaper than the server reads them. */
export class NumberedFrames {
  readonly frameBytes: number;
  readonly #template: Buffer;
  readonly #start: number;

  constructor(messageBytes: number) {
    this.#template = clientFrame(TEXT, payloadOf(messageBytes));
    this.#start = payloadStart(messageBytes);
    this.frameBytes = this.#template.length;
  }

  make(first: number, count: number): Buffer {
    const frames = Buffer.allocUnsafe(count * this.frameBytes).fill(this.#template);
    for (let i = 0; i < count; i++) {
      let rest = first + i;
      for (let digit = DIGITS - 1; digit >= 0; digit--) {
        frames[i * this.frameBytes + this.#start + digit] = (0x30 + (rest % 10)) ^ (MASK[digit & 3] ?? 0);
        rest = Math.floor(rest / 10);
      }
    }
    return frames;
  }
}

export function numberOf(message: Buffer): number {
  return Number(message.toString('latin1', 0, DIGITS));
}

/** Expects the messages 0, 1, 2 and so on of one size, byte by byte, and remembers the first that was another. */
export class Expected {
  received = 0;
  #fault: string | undefined;
  readonly #rest: Buffer;

  constructor(messageBytes: number = DIGITS) {
    this.#rest = payloadOf(messageBytes).subarray(DIGITS);
  }

  take(message: Buffer): void {
    const number = numberOf(message);
    const due = this.received++;
    if (number !== due) this.#fault ??= `Message ${number} came where ${due} was due.`;
    else if (!message.subarray(DIGITS).equals(this.#rest)) this.#fault ??= `Message ${number} came back altered.`;
  }

  /** What is wrong when all is over and so many were sent. */
  faults(sent: number): string[] {
    const lost = this.received === sent ? [] : [`The client got ${this.received} of ${sent} messages.`];
    return this.#fault === undefined ? lost : [this.#fault, ...lost];
  }
}
