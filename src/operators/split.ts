import { concat, ignoreElements, merge, NEVER, Observable, type OperatorFunction, Subject, tap } from 'rxjs';
import { CloseError } from '../protocol/close.ts';

/** What can tell messages apart. */
type Tag = string | number;

/** The members of a union whose `Key` can be `Value`. */
export type MessageOf<Message, Key extends keyof Message, Value> = Message extends unknown
  ? Value extends Message[Key]
    ? Message
    : never
  : never;

/** One branch for each value that `Key` has in a union of messages. */
export type Branches<Message, Key extends keyof Message> = {
  readonly [Value in Message[Key] & Tag]: (message$: Observable<MessageOf<Message, Key, Value>>) => Observable<unknown>;
};

/** What the branches emit, together. */
export type BranchOutput<Chosen> = {
  [Value in keyof Chosen]: Chosen[Value] extends (message$: never) => Observable<infer Output> ? Output : never;
}[keyof Chosen];

/**
 * Gives each type of message a pipeline of its own.
 *
 * A `switch` over a discriminated union, as an operator: TypeScript checks that no branch is missing.
 *
 * ```
 * source   -s---j---s---|
 * say$     -s-------s---|     say:  (say$) => say$.pipe(map(answer))
 * join$    -----j-------|     join: (join$) => join$.pipe(map(greet))
 * result   -A---G---A---|     of split('type', { say, join })
 * ```
 *
 * - The source is subscribed once, after all branches; a value goes to its branch at once, so order is kept.
 * - When the source completes, the input of every branch completes; the result completes with the last branch.
 * - A branch that has completed takes no more: values of its type are dropped.
 * - When all branches have completed, the result completes and the source is unsubscribed.
 * - An error of the source or of a branch is an error of the result, and the branches are unsubscribed.
 * - A value that has no branch is one that nobody validated: the result errors with `CloseError` 1008.
 *
 * ```ts
 * in$.pipe(
 *   split('type', {
 *     say: (say$) => say$.pipe(map(({ text }) => ({ type: 'said', text }))),
 *     join: (join$) => join$.pipe(tap(({ name }) => names.add(name)), ignoreElements()),
 *   }),
 * )
 * ```
 *
 * A throw out of a branch function is an error of the result.
 *
 * @param key The property that tells the messages apart; its values are strings or numbers.
 */
export function split<Message, Key extends keyof Message & string, Chosen extends Branches<Message, Key>>(
  key: Key,
  // A branch for a value that the union does not have must not compile.
  branches: {
    readonly [Value in keyof Chosen]: `${Value & Tag}` extends `${Message[Key] & Tag}` ? Chosen[Value] : never;
  },
): OperatorFunction<Message, BranchOutput<Chosen>> {
  const named = Object.entries(branches as Readonly<Record<string, Branch<Message, BranchOutput<Chosen>>>>);
  return (source) =>
    new Observable((subscriber) => {
      const inputs = new Map<string, Subject<Message>>();
      const outputs = named.map(([name, branch]) => {
        const input = new Subject<Message>();
        inputs.set(name, input);
        return branch(input.asObservable());
      });
      merge(...outputs).subscribe(subscriber);

      const route = (message: Message): void => {
        // A client may send what the types rule out: null, no key at all, a key that is no text.
        const value: unknown = message?.[key];
        const input = typeof value === 'string' || typeof value === 'number' ? inputs.get(String(value)) : undefined;
        if (input === undefined) throw new CloseError(1008, `no branch for this ${key}`);
        input.next(message);
      };
      const complete = (): void => {
        for (const input of inputs.values()) input.complete();
      };
      const routed$ = source.pipe(tap({ next: route, complete }), ignoreElements());
      // The result ends with its branches, not with the source.
      concat(routed$, NEVER).subscribe(subscriber);
    });
}

// To the loop that feeds them all branches look alike: each is given the messages of its own type only.
type Branch<Message, Output> = (message$: Observable<Message>) => Observable<Output>;
