import { from, isObservable, type Observable, type ObservableInput } from 'rxjs';
import type { Gate } from '../flow/gate.ts';
import { isPullable, pull } from '../flow/pull.ts';
import { SluiceError, show } from '../protocol/errors.ts';

/**
 * Makes an Observable out of what a handler returned: Observables are taken as they are, all else is pulled, through
 * a gate.
 * Throws `SLUICE_BAD_HANDLER_RESULT`.
 */
export function toStream<Out>(result: unknown, gate: () => Gate): Observable<Out> {
  if (isObservable(result)) return from(result as Observable<Out>);
  if (typeof result === 'object' && result !== null && !ArrayBuffer.isView(result)) {
    if (isPullable(result)) return pull(result, gate(), 'goes on') as Observable<Out>;
    if (isInterop(result)) return from(result);
  }
  throw new SluiceError('SLUICE_BAD_HANDLER_RESULT', `The handler returned ${describe(result)}.`);
}

function isInterop(value: object): value is ObservableInput<never> {
  return (Symbol.observable ?? '@@observable') in value;
}

function describe(result: unknown): string {
  if (ArrayBuffer.isView(result)) return 'a buffer; to send it, return of(buffer)';
  return typeof result === 'string' ? `the string ${show(result)}; to send it, return of(text)` : show(result);
}
