import type { Reader } from './reader.ts';

/** Bytes up to this number are written as hex, which can be read; longer ones as base64, which is short. */
const hexLimit = 32;

/** Reads `01 ff` or `01ff`, up to the end of the line; nothing stands for no bytes. */
export function readHex(reader: Reader): Uint8Array {
  const bytes: number[] = [];
  while (!reader.blanks().done) {
    const pair = reader.need(/[0-9a-fA-F]{2}/y, 'two hexadecimal digits', 'Write for example hex 01 ff.');
    bytes.push(Number.parseInt(pair, 16));
  }
  return Uint8Array.from(bytes);
}

/** Reads base64, up to the end of the line. */
export function readBase64(reader: Reader): Uint8Array {
  const { at } = reader.blanks();
  const text = reader.rest();
  const wrong = text.search(/[^A-Za-z0-9+/=]/);
  if (wrong >= 0) reader.fail('base64', 'Its letters are A-Z a-z 0-9 + / and, at the end, =.', at + wrong);
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return reader.fail('base64', 'Its length does not fit; letters are missing at the end.', at);
  }
}

export function printBinary(bytes: Uint8Array): string {
  if (bytes.length > hexLimit) return `base64 ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
  return ['hex', ...Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))].join(' ');
}
