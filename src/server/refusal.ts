import type { RefusalReason } from '../channel/events.ts';
import type { Rejected } from '../protocol/verdict.ts';

/** Thrown inside a handshake to refuse it. */
export class Refusal {
  readonly reason: RefusalReason;
  readonly rejected: Rejected;

  constructor(reason: RefusalReason, rejected: Rejected) {
    this.reason = reason;
    this.rejected = rejected;
  }
}
