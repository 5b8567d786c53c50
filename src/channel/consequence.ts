import { EmptyError } from 'rxjs';

/**
 * Whether an error only says that the channel has ended: `firstValueFrom(in$)` and `fetch(url, { signal })` reject then,
 * which is no failure of the handler.
 */
export function isConsequence(error: unknown, signal: AbortSignal | undefined): boolean {
  if (error instanceof EmptyError) return true;
  if (signal?.aborted !== true) return false;
  // Node's own functions wrap the reason.
  return error === signal.reason || (error instanceof Error && error.cause === signal.reason);
}
