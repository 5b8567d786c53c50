/**
 * Every error that sluice itself raises, by its stable code, with what to do about it.
 * README lists the same codes; a test compares the two.
 */
export const errorCodes = {
  SLUICE_BAD_OPTION: 'Correct the option that the message names.',
  SLUICE_UNKNOWN_OPTION: 'Remove the option or correct its spelling.',
  SLUICE_BAD_PATH: "Start the path with '/' and follow the path syntax: '/chat/:room', '/files/*rest'.",
  SLUICE_DUPLICATE_PATH: 'Give each route a path of its own.',
  SLUICE_BAD_CLOSE_CODE: 'Use 1000-1003, 1007-1014 or 3000-4999.',
  SLUICE_BAD_HEADER: 'Use a header name and value that HTTP allows; leave the headers of the protocol to sluice.',
  SLUICE_BAD_STATUS: 'Refuse with an HTTP status from 300 to 599.',
  SLUICE_BAD_HANDLER_RESULT: 'Return an Observable, an iterable, a stream, a Promise of these, or nothing.',
  SLUICE_BAD_GUARD_RESULT: 'Return an object (the context), accept() or reject().',
  SLUICE_SUBPROTOCOL_NOT_OFFERED: 'Accept only a subprotocol out of request.subprotocols.',
  SLUICE_CANNOT_ENCODE: 'Send only values that the codec of the route can encode.',
  SLUICE_APP_CLOSED: 'Make a new app: one that was closed stays closed.',
} as const;

/** The stable code of an error that sluice raises. */
export type ErrorCode = keyof typeof errorCodes;

/**
 * An error raised by sluice: what happened, with which value, and what to do next.
 *
 * ```ts
 * try { sluice([route('chat', echo)]) } catch (error) { error.code } // 'SLUICE_BAD_PATH'
 * ```
 */
export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, what: string, options?: ErrorOptions) {
    super(`${what} ${errorCodes[code]} [${code}]`, options);
    this.code = code;
  }
}

/** Puts a value into an error message: short, quoted, on one line, never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${escaped(value.length > 80 ? `${value.slice(0, 77)}...` : value)}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  try {
    const json = JSON.stringify(value);
    return json.length > 80 ? `${json.slice(0, 77)}...` : json;
  } catch {
    return 'an object';
  }
}

/** Line ends and other control characters could forge lines of a log. */
function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
