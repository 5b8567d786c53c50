import { from, type Observable, type Observer } from 'rxjs';
import { gateOf } from '../flow/gate.ts';
import { type Pullable, pull } from '../flow/pull.ts';
import { SluiceError, show } from '../protocol/errors.ts';

/**
 * Reads an iterable, async iterable, generator or ReadableStream value by value, only while `out` keeps up.
 *
 * A handler that returns such a source needs no more than that; this is for one that is merged with other streams.
 *
 * ```
 * source    1 2 3 - - - 4 5|    asked for the next value only while the channel is not saturated
 * result    1-2-3-------4-5|
 * ```
 *
 * - At most 256 values or 64 KiB in one turn of the event loop: an endless source starves nobody.
 * - When the channel sends nothing any more, since its peer has left, the source is told so, and the result completes.
 * - When the result is unsubscribed the source is told so (`return()` of an iterator, `cancel()` of a stream) and not
 *   waited for.
 * - Each subscription reads anew, as the source allows it.
 * - Where `out` belongs to no channel (a plain Subject in a test) it is RxJS's `from`.
 *
 * ```ts
 * ({ in$, out }) => merge(in$.pipe(map(answer)), pulled(history(), out))
 * ```
 *
 * Throws `SLUICE_BAD_OPTION` for a string and for what is no object.
 *
 * What the source throws is an error of the result; what it throws when it is told to stop fails the channel.
 *
 * @param out The `out` of the channel that the values are sent to.
 */
export function pulled<T>(source: Iterable<T> | AsyncIterable<T>, out: Out): Observable<T>;
export function pulled<T>(source: Pullable<T> & object, out: Out): Observable<T>;
export function pulled<T>(source: Pullable<T> & object, out: Out): Observable<T> {
  if (typeof source !== 'object' || source === null) {
    throw new SluiceError('SLUICE_BAD_OPTION', `pulled() takes an iterable or a stream, not ${show(source)}.`);
  }
  const gate = gateOf(out);
  return gate === undefined ? from(source) : pull(source, gate, 'ends');
}

type Out = Observable<unknown> & Pick<Observer<never>, 'next'>;
