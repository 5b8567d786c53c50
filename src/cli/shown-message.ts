import { harmless, paint } from './terminal.ts';

const mostHex = 32;

/** A message that has come, on one line: text as it is, bytes as hex. */
export function shownMessage(data: Buffer, isBinary: boolean): string {
  return `${paint('cyan', '<')} ${isBinary ? paint('magenta', hexOf(data)) : harmless(data.toString())}`;
}

function hexOf(data: Buffer): string {
  const hex = data
    .subarray(0, mostHex)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
  return `${data.length} bytes: ${hex}${data.length > mostHex ? ' ...' : ''}`;
}
