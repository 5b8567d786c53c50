import { ignoreElements, Observable, type Observer, type OperatorFunction, tap } from 'rxjs';

/**
 * Pushes what comes in into a subject and emits what the subject emits.
 *
 * It puts a subject that others share (a room, a topic) into the middle of a pipeline.
 *
 * ```
 * source    -a-----b----|
 * subject   -a--x--b--y------    x and y are pushed by others
 * result    -a--x--b--y-|        of through(subject)
 * ```
 *
 * - The subject is subscribed before the source, so the first value comes back.
 * - The source completing or failing ends the result and never the subject.
 * - The subject completing or failing ends the result; the source is unsubscribed.
 * - Unsubscribing the result leaves the subject as it is.
 *
 * ```ts
 * const room = new Subject<Said>();
 * const chat: Handler<Say, Said> = ({ in$ }) => in$.pipe(map(stamp), through(room));
 * ```
 *
 * A throw out of `subject.next` is an error of the result.
 */
export function through<In, Out = In>(
  subject: Observable<Out> & Pick<Observer<In>, 'next'>,
): OperatorFunction<In, Out> {
  return (source) =>
    new Observable((subscriber) => {
      subject.subscribe(subscriber);
      if (subscriber.closed) return;
      const pushed$ = source.pipe(
        tap((value) => subject.next(value)),
        ignoreElements(),
      );
      pushed$.subscribe(subscriber);
    });
}
