import { SluiceError, show } from './errors.ts';

/** The content of a Close frame (RFC 6455 section 5.5.1). 1005 stands for a Close without a code. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** Who ended a channel: the first cause wins. */
export type ClosedBy = 'peer' | 'handler' | 'server' | 'protocol' | 'overflow' | 'heartbeat' | 'stall' | 'transport';

/** How a channel ended; `closed$` emits exactly one. */
export interface CloseRecord extends Close {
  /** A Close was sent and one was received. */
  readonly clean: boolean;
  readonly by: ClosedBy;
  /** The error behind it, where there was one. Never sent to the peer. */
  readonly cause?: unknown;
}

/** Names of the close codes in the IANA WebSocket Close Code Number Registry. */
const names: Readonly<Record<number, string>> = {
  1000: 'Normal Closure',
  1001: 'Going Away',
  1002: 'Protocol error',
  1003: 'Unsupported Data',
  1005: 'No Status Rcvd',
  1006: 'Abnormal Closure',
  1007: 'Invalid frame payload data',
  1008: 'Policy Violation',
  1009: 'Message Too Big',
  1010: 'Mandatory Ext.',
  1011: 'Internal Error',
  1012: 'Service Restart',
  1013: 'Try Again Later',
  1014: 'Bad Gateway',
  1015: 'TLS handshake',
  3000: 'Unauthorized',
  3003: 'Forbidden',
  3008: 'Timeout',
};

/** The registered name of a close code, e.g. `'Going Away'` for 1001; `''` where there is none. */
export function closeName(code: number): string {
  return names[code] ?? '';
}

/** Whether a code may stand in a Close frame (RFC 6455 section 7.4: 1004, 1005, 1006 and 1015 may not). */
export function isSendableCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/** A control frame carries 125 bytes at most (RFC 6455 section 5.5), two of them the code. */
const reasonBytes = 123;

/** Cuts a reason to what fits a Close frame: 123 bytes of UTF-8, at a character boundary. */
export function cutReason(reason: string): string {
  // No UTF-16 unit is longer than three bytes, so most reasons need no counting.
  if (reason.length * 3 <= reasonBytes) return reason;
  let bytes = 0;
  let cut = '';
  for (const character of reason) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (bytes > reasonBytes) break;
    cut += character;
  }
  return cut;
}

/** Makes a Close out of a code and a reason. Throws `SLUICE_BAD_CLOSE_CODE` for a code that may not be sent. */
export function toClose(code: number, reason: string): Close {
  if (!isSendableCode(code)) throw new SluiceError('SLUICE_BAD_CLOSE_CODE', `Cannot close with code ${show(code)}.`);
  return { code, reason: cutReason(reason) };
}

/**
 * Closes a channel with a code and reason of your choice when a stream errors with it or a handler throws it.
 *
 * ```ts
 * in$.pipe(map((text) => { if (text === 'bye') throw new CloseError(4000, 'bye'); return text; }))
 * ```
 *
 * Throws `SLUICE_BAD_CLOSE_CODE` for a code that may not be sent. The reason is cut to 123 bytes of UTF-8.
 */
export class CloseError extends Error {
  override readonly name = 'CloseError';
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason = '', options?: ErrorOptions) {
    const close = toClose(code, reason);
    super(`${close.code} ${close.reason}`.trimEnd(), options);
    this.code = close.code;
    this.reason = close.reason;
  }
}
