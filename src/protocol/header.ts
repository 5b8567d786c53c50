import { SluiceError, show } from './errors.ts';

/** Header fields by name; a list becomes one line per value. */
export type HeaderFields = Readonly<Record<string, string | readonly string[]>>;

// RFC 9110 section 5.6.2 (token) and 5.5 (field value: no control characters but tab, nothing above latin1).
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Fields that the handshake or the framing of HTTP owns (RFC 6455 section 4.2.2, RFC 9112 section 6). */
const owned = new Set(['connection', 'upgrade', 'content-length', 'transfer-encoding', 'trailer', 'keep-alive', 'te']);

/** Whether a text is a token of RFC 9110: a header's name, a subprotocol. */
export function isToken(text: string): boolean {
  return token.test(text);
}

/**
 * Checks header fields of the 101 or of a refusal and flattens them to lines.
 * Throws `SLUICE_BAD_HEADER` for a bad name, a value with CR, LF or other control characters, and for a field that
 * belongs to the protocol.
 */
export function headerLines(fields: HeaderFields): ReadonlyArray<readonly [name: string, value: string]> {
  const lines: Array<readonly [string, string]> = [];
  for (const [name, value] of Object.entries(fields)) {
    const lower = name.toLowerCase();
    if (!isToken(name)) throw new SluiceError('SLUICE_BAD_HEADER', `${show(name)} is no header name.`);
    if (owned.has(lower) || lower.startsWith('sec-websocket-')) {
      throw new SluiceError('SLUICE_BAD_HEADER', `The header ${show(name)} belongs to the protocol.`);
    }
    for (const line of Array.isArray(value) ? value : [value]) {
      if (typeof line !== 'string' || !fieldValue.test(line)) {
        throw new SluiceError('SLUICE_BAD_HEADER', `${show(line)} is no value for the header ${show(name)}.`);
      }
      lines.push([name, line]);
    }
  }
  return lines;
}
