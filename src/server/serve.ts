import { isObservable, type Observable, Subscription } from 'rxjs';
import type { ServerChannel } from '../channel/channel.ts';
import { atTimeOfDay, type Timer } from '../channel/clock.ts';
import type { ChannelCore } from '../channel/core.ts';
import { LiveChannel } from '../channel/live-channel.ts';
import type { Socket } from '../channel/socket.ts';
import { SluiceError, show } from '../protocol/errors.ts';
import type { AppCore } from './app.ts';
import type { Opened } from './handshake.ts';

/**
 * Makes a running channel of a socket and what its handshake came to: the channel is counted, its handler runs, and
 * when its time is up it is closed.
 */
export function serve(app: AppCore, socket: Socket, { route, request, verdict, place }: Opened): ServerChannel {
  request.compact();
  const opening = { number: app.nextNumber(), request, context: verdict.context, place };
  const channel = new LiveChannel(app, route, socket, opening);
  const core = LiveChannel.coreOf(channel);
  app.add(channel);
  if (verdict.expires !== undefined) endWhenExpired(app, core, channel, verdict.expires);
  core.run(route.handler);
  // The app may have begun to close between the verdict and now.
  if (app.closing) core.life.end('shutdown', { code: 1001, reason: '' });
  return channel;
}

function endWhenExpired(app: AppCore, core: ChannelCore, channel: LiveChannel, expires: Date | Observable<Date>): void {
  const expiry = expire(
    app,
    expires,
    () => core.life.end('expired', { code: 4001, reason: 'expired' }),
    (error) => core.fail(error),
  );
  channel.closed$.subscribe(() => expiry.unsubscribe());
}

/** Calls back at the time, or at the last of the times that a stream has given so far. */
function expire(
  app: AppCore,
  expires: Date | Observable<Date>,
  expired: () => void,
  fail: (error: unknown) => void,
): Subscription {
  let timer: Timer | undefined;
  const until = (date: Date): void => {
    timer?.cancel();
    timer = atTimeOfDay(app.clock, date.getTime(), expired);
  };
  const subscription = new Subscription(() => timer?.cancel());
  const renew = (date: Date): void => {
    if (isTime(date)) until(date);
    else fail(new SluiceError('SLUICE_BAD_OPTION', `The option expires of accept() emitted ${show(date)}.`));
  };
  if (isObservable(expires)) subscription.add(expires.subscribe({ next: renew, error: fail }));
  else renew(expires);
  return subscription;
}

function isTime(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}
