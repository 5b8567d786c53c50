import { Observable, type OperatorFunction, type Subject, type Subscription, share } from 'rxjs';
import type { Gate } from '../flow/gate.ts';
import type { CloseRecord } from '../protocol/close.ts';
import type { UpgradeRequest } from '../protocol/request.ts';
import type { Pressure, ServerChannel } from './channel.ts';
import { Guarded } from './guarded.ts';
import { GuardedSubject } from './guarded-subject.ts';
import type { HandlerResult } from './handler.ts';
import type { PacedOut } from './out-subject.ts';
import { isPromiseLike } from './promise-like.ts';
import { toStream } from './stream.ts';

/**
 * Wraps a handler: one operator over what comes in, one over what goes out, whether it is returned, pulled or pushed
 * into `out`. This is how audit, tracing, timing and limits are added; wrappers nest.
 *
 * ```ts
 * const audited = around({ in: tap(log('in')), out: tap(log('out')) });
 * route('/chat/:room', audited(chat))
 * ```
 *
 * The handler sees a full channel: `close`, `signal`, `closed$` and the rest are those of the channel itself.
 */
export function around<InOuter, In, Out, OutOuter>(operators: {
  readonly in: OperatorFunction<InOuter, In>;
  readonly out: OperatorFunction<Out, OutOuter>;
}): <Params, Context extends object | undefined, Session>(
  handler: Wrapped<In, Out, Params, Context, Session>,
) => Wrapped<InOuter, OutOuter, Params, Context, Session>;
export function around<InOuter, In>(operators: {
  readonly in: OperatorFunction<InOuter, In>;
  readonly out?: undefined;
}): <Out, Params, Context extends object | undefined, Session>(
  handler: Wrapped<In, Out, Params, Context, Session>,
) => Wrapped<InOuter, Out, Params, Context, Session>;
export function around<Out, OutOuter>(operators: {
  readonly in?: undefined;
  readonly out: OperatorFunction<Out, OutOuter>;
}): <In, Params, Context extends object | undefined, Session>(
  handler: Wrapped<In, Out, Params, Context, Session>,
) => Wrapped<In, OutOuter, Params, Context, Session>;
export function around<InOuter, In, Out, OutOuter>(operators: {
  readonly in?: OperatorFunction<InOuter, In>;
  readonly out?: OperatorFunction<Out, OutOuter>;
}): <Params, Context extends object | undefined, Session>(
  handler: Wrapped<In, Out, Params, Context, Session>,
) => Wrapped<InOuter, OutOuter, Params, Context, Session>;
export function around<InOuter, In, Out, OutOuter>(operators: {
  readonly in?: OperatorFunction<InOuter, In> | undefined;
  readonly out?: OperatorFunction<Out, OutOuter> | undefined;
}): <Params, Context extends object | undefined, Session>(
  handler: Wrapped<In, Out, Params, Context, Session>,
) => Wrapped<InOuter, OutOuter, Params, Context, Session> {
  const inward = operators.in ?? (asItIs as OperatorFunction<InOuter, In>);
  const outward = operators.out ?? (asItIs as OperatorFunction<Out, OutOuter>);
  return (handler) => (channel) => {
    const out = new RelaySubject<Out, OutOuter>(channel.out as PacedOut<OutOuter>, outward);
    // Once over the channel the relay's own stream may hold timers; it ends with the channel.
    channel.closed$.subscribe(() => out.cut());
    const in$ = channel.in$.pipe(inward, share());
    const guarded$ = new Guarded<In>((subscriber) => in$.subscribe(subscriber), {
      fail: (error) => channel.out.error(error),
    });
    const inner = new AroundChannel(channel, guarded$, out);
    const wrap = (result: unknown): Observable<OutOuter> | undefined =>
      result === undefined
        ? undefined
        : into(
            out,
            toStream<Out>(result, () => out.gate),
          );
    const result: unknown = handler(inner);
    return (isPromiseLike(result) ? Promise.resolve(result).then(wrap) : wrap(result)) as HandlerResult<OutOuter>;
  };
}

type Wrapped<In, Out, Params, Context extends object | undefined, Session> = (
  channel: ServerChannel<In, Out, Params, Context, Session>,
) => HandlerResult<Out>;

function asItIs(source: Observable<unknown>): Observable<unknown> {
  return source;
}

/** Subscribes a stream into `out`, for as long as the result is subscribed. Its end is the end of `out`. */
function into<T>(out: Subject<T>, stream: Observable<T>): Observable<never> {
  return new Observable(() =>
    stream.subscribe({
      next: (message) => out.next(message),
      error: (error) => out.error(error),
      complete: () => out.complete(),
    }),
  );
}

/** The `out` of a wrapped channel: what is pushed into it goes through the operator into the `out` around it. */
class RelaySubject<Out, OutOuter> extends GuardedSubject<Out> {
  readonly #outer: PacedOut<OutOuter>;
  readonly #relay: Subscription;

  constructor(outer: PacedOut<OutOuter>, outward: OperatorFunction<Out, OutOuter>) {
    super({ fail: (error) => outer.error(error) });
    this.#outer = outer;
    this.#relay = this.pipe(outward).subscribe(outer);
  }

  get gate(): Gate {
    return this.#outer.gate;
  }

  /** Pushed in too late, it is the channel that counts it. */
  override next(message: Out): void {
    if (this.#relay.closed) this.#outer.next(message as never);
    else super.next(message);
  }

  override unsubscribe(): void {
    this.complete();
  }

  /** The channel has ended. */
  cut(): void {
    this.#relay.unsubscribe();
    this.complete();
  }
}

/** A channel with other streams; all the rest is that of the channel within. */
class AroundChannel<In, Out, Params, Context extends object | undefined, Session>
  implements ServerChannel<In, Out, Params, Context, Session>
{
  readonly in$: Observable<In>;
  readonly out: Subject<Out>;
  readonly #channel: Omit<ServerChannel<unknown, never, Params, Context, Session>, 'in$' | 'out'>;

  constructor(
    channel: Omit<ServerChannel<unknown, never, Params, Context, Session>, 'in$' | 'out'>,
    in$: Observable<In>,
    out: Subject<Out>,
  ) {
    this.#channel = channel;
    this.in$ = in$;
    this.out = out;
  }

  get id(): string {
    return this.#channel.id;
  }

  get closed$(): Observable<CloseRecord> {
    return this.#channel.closed$;
  }

  get signal(): AbortSignal {
    return this.#channel.signal;
  }

  get pressure$(): Observable<Pressure> {
    return this.#channel.pressure$;
  }

  get request(): UpgradeRequest<Params, Session> {
    return this.#channel.request;
  }

  get params(): Params {
    return this.#channel.params;
  }

  get context(): Context {
    return this.#channel.context;
  }

  get route(): string {
    return this.#channel.route;
  }

  get subprotocol(): string {
    return this.#channel.subprotocol;
  }

  get close(): (code?: number, reason?: string) => void {
    return this.#channel.close;
  }
}
