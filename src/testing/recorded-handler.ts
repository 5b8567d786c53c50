import { type Observable, tap } from 'rxjs';
import type { ServerChannel } from '../channel/channel.ts';
import { Guarded } from '../channel/guarded.ts';
import { isPromiseLike } from '../channel/promise-like.ts';
import { toStream } from '../channel/stream.ts';
import { type Gate, gateOf } from '../flow/gate.ts';
import { toClose } from '../protocol/close.ts';
import type { AnyHandler } from './fixture.ts';

/** Is told what a handler does. */
export interface HandlerWatch {
  subscribed(): void;
  unsubscribed(): void;
  completed(): void;
  failed(error: unknown): void;
  closed(close: { readonly code: number; readonly reason: string }): void;
}

/**
 * Wraps a handler so that what it says is seen as it says it: subscriptions of `in$`, and how its stream, `out` or
 * `close()` ends the channel. Messages are seen at the socket.
 */
export function recordedHandler(handler: AnyHandler, watch: HandlerWatch): AnyHandler {
  return (channel: ServerChannel) => {
    const gate = gateOf(channel.out) as Gate;
    const recorded = (result: unknown): unknown =>
      result === undefined
        ? undefined
        : toStream(result, () => gate).pipe(
            tap({ complete: () => watch.completed(), error: (error) => watch.failed(error) }),
          );
    try {
      const result = handler(watched(channel, watch) as never);
      if (!isPromiseLike(result)) return recorded(result);
      return Promise.resolve(result)
        .then(recorded)
        .catch((error) => {
          watch.failed(error);
          throw error;
        });
    } catch (error) {
      watch.failed(error);
      throw error;
    }
  };
}

/** The channel itself, but for the members that are watched. */
function watched(channel: ServerChannel, watch: HandlerWatch): ServerChannel {
  const members: Partial<Record<PropertyKey, unknown>> = {
    in$: watchedInput(channel, watch),
    out: watchedOut(channel.out, watch),
    close: (code = 1000, reason = '') => {
      watch.closed(toClose(code, reason));
      channel.close(code, reason);
    },
  };
  return new Proxy(channel, {
    get: (target, name) => (Object.hasOwn(members, name) ? members[name] : Reflect.get(target, name)),
  });
}

function watchedInput(channel: ServerChannel, watch: HandlerWatch): Observable<unknown> {
  return new Guarded(
    (subscriber) => {
      watch.subscribed();
      const subscription = channel.in$.subscribe(subscriber);
      return () => {
        subscription.unsubscribe();
        watch.unsubscribed();
      };
    },
    { fail: (error) => channel.out.error(error) },
  );
}

function watchedOut(out: ServerChannel['out'], watch: HandlerWatch): ServerChannel['out'] {
  const members: Partial<Record<PropertyKey, unknown>> = {
    complete: () => {
      watch.completed();
      out.complete();
    },
    error: (error: unknown) => {
      watch.failed(error);
      out.error(error);
    },
  };
  return new Proxy(out, {
    get: (target, name) => {
      if (Object.hasOwn(members, name)) return members[name];
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
