import { createDeflateRaw, createInflateRaw } from 'node:zlib';
import { SluiceError, show } from '../protocol/errors.ts';
import type { CommonOptions, DeflateOptions } from '../server/options.ts';

type Check = (value: unknown) => boolean;

const isFlag: Check = (value) => typeof value === 'boolean';
// RFC 7692 section 7.1.2.
const isWindow: Check = (value) => Number.isInteger(value) && (value as number) >= 8 && (value as number) <= 15;
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

const checks: Readonly<Record<keyof DeflateOptions, Check>> = {
  serverNoContextTakeover: isFlag,
  clientNoContextTakeover: isFlag,
  serverMaxWindowBits: isWindow,
  clientMaxWindowBits: isWindow,
  threshold: isCount,
  concurrencyLimit: (value) => isCount(value) && value !== 0,
  zlibDeflateOptions: (value) => isAccepted(() => createDeflateRaw(value as object)),
  zlibInflateOptions: (value) => isAccepted(() => createInflateRaw(value as object)),
};

/**
 * Checks the settings of compression. zlib throws for a bad one, which would be inside the first message of a peer.
 * Throws `SLUICE_BAD_OPTION`.
 */
export function checkDeflate(setting: CommonOptions['perMessageDeflate']): void {
  if (typeof setting !== 'object') return;
  for (const [name, value] of Object.entries(setting)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof DeflateOptions] : undefined;
    if (check !== undefined && (value === undefined || check(value))) continue;
    throw new SluiceError('SLUICE_BAD_OPTION', `The option perMessageDeflate cannot have ${name}: ${show(value)}.`);
  }
}

function isAccepted(make: () => { close(): void }): boolean {
  try {
    make().close();
    return true;
  } catch {
    return false;
  }
}
