import { SluiceError, show } from '../protocol/errors.ts';

/** Throws `SLUICE_BAD_OPTION` for a limit that is neither a whole number above 0 nor `Infinity`. */
export function checkLimit(limit: number, what: string): void {
  if (limit > 0 && (Number.isSafeInteger(limit) || limit === Number.POSITIVE_INFINITY)) return;
  throw new SluiceError('SLUICE_BAD_OPTION', `The ${what} is ${show(limit)}, not a whole number above 0 or Infinity.`);
}
