import { ignoreElements, type Observable, tap } from 'rxjs';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { pacedBy } from '../../src/operators/paced-by.ts';
import { type Opened, serveFake } from '../support/serve-fake.ts';

/** A channel whose peer does not read: ten bytes saturate it, four are little enough. */
export function serveDeaf(handler: (channel: ServerChannel) => unknown = () => {}): Opened {
  const opened = serveFake(handler, { outHighWater: 10, outLowWater: 4, outCeiling: 100 });
  opened.socket.reads = false;
  return opened;
}

/** Makes the other channel saturated with one message of ten bytes. */
export const saturate = ({ channel }: Opened): void => channel.out.next('0123456789');

/** A handler that relays to another channel. */
export const relayTo =
  (other: Opened) =>
  ({ in$ }: ServerChannel): Observable<never> =>
    in$.pipe(
      pacedBy(other.channel.out),
      tap((message) => other.channel.out.next(message)),
      ignoreElements(),
    );
