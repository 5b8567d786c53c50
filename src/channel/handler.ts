import type { InteropObservable, Observable, OperatorFunction, ReadableStreamLike } from 'rxjs';
import type { PathParams } from '../protocol/path.ts';
import type { ServerChannel } from './channel.ts';

/** Strings and buffers are iterable too; sent piece by piece they would be a mistake. */
interface NotStringOrBuffer {
  readonly charAt?: never;
  readonly BYTES_PER_ELEMENT?: never;
}

/**
 * What a handler may return: whatever RxJS `from` takes, except a string, a buffer or a Promise of one message.
 * An Observable is subscribed; an iterable, an async iterable or a ReadableStream is pulled while the peer keeps up.
 */
export type Stream<Out> =
  | Observable<Out>
  | InteropObservable<Out>
  | AsyncIterable<Out>
  | ReadableStreamLike<Out>
  | ((Iterable<Out> | ArrayLike<Out>) & NotStringOrBuffer);

/** What a handler may return: a stream, nothing, or a Promise of these. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing has the type void.
export type HandlerResult<Out> = Stream<Out> | void | Promise<Stream<Out> | void>;

/**
 * A WebSocket handler: a function from a channel to the stream of messages to send.
 *
 * ```ts
 * const echo: Handler<string, string> = ({ in$ }) => in$;
 * const chat: Handler<Say, Said, '/chat/:room'> = ({ in$, params }) => in$.pipe(map(stamp(params.room)));
 * ```
 *
 * Returning nothing is the imperative style: push into `out`, subscribe to `in$`; the channel then lives until either
 * side closes. A handler that throws, rejects or whose stream errors closes its own channel with 1011.
 */
export type Handler<
  In = string,
  Out = string,
  PathOrParams = string,
  Context extends object | undefined = object | undefined,
  Session = unknown,
> = (
  channel: ServerChannel<
    In,
    Out,
    PathOrParams extends string ? PathParams<PathOrParams> : PathOrParams,
    Context,
    Session
  >,
) => HandlerResult<Out>;

/**
 * Makes a handler out of RxJS operators alone: what comes in goes through them and out.
 *
 * ```ts
 * handler(map((text: string) => text.toUpperCase()))
 * handler(ignoreElements(), startWith('Hello!'), take(1)) // discards the input, says Hello!, closes
 * ```
 */
export function handler<In>(): OperatorHandler<In, In>;
export function handler<In, A>(a: OperatorFunction<In, A>): OperatorHandler<In, A>;
export function handler<In, A, B>(a: OperatorFunction<In, A>, b: OperatorFunction<A, B>): OperatorHandler<In, B>;
export function handler<In, A, B, C>(
  a: OperatorFunction<In, A>,
  b: OperatorFunction<A, B>,
  c: OperatorFunction<B, C>,
): OperatorHandler<In, C>;
export function handler<In, A, B, C, D>(
  a: OperatorFunction<In, A>,
  b: OperatorFunction<A, B>,
  c: OperatorFunction<B, C>,
  d: OperatorFunction<C, D>,
): OperatorHandler<In, D>;
export function handler<In, A, B, C, D, E>(
  a: OperatorFunction<In, A>,
  b: OperatorFunction<A, B>,
  c: OperatorFunction<B, C>,
  d: OperatorFunction<C, D>,
  e: OperatorFunction<D, E>,
): OperatorHandler<In, E>;
export function handler<In, A, B, C, D, E, F>(
  a: OperatorFunction<In, A>,
  b: OperatorFunction<A, B>,
  c: OperatorFunction<B, C>,
  d: OperatorFunction<C, D>,
  e: OperatorFunction<D, E>,
  f: OperatorFunction<E, F>,
): OperatorHandler<In, F>;
export function handler(
  ...operators: ReadonlyArray<OperatorFunction<unknown, unknown>>
): OperatorHandler<unknown, unknown> {
  return ({ in$ }) => operators.reduce((stream, operator) => operator(stream), in$);
}

/** A handler that needs nothing of its channel but `in$`; it fits every path and guard. */
export type OperatorHandler<In, Out> = (channel: { readonly in$: Observable<In> }) => Observable<Out>;
