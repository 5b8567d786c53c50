import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import type { CompiledRoute } from '../server/compile.ts';
import { findRoute } from '../server/router.ts';
import { targetOf } from './target.ts';
import type { Upgrader } from './upgrade.ts';

/** The two members of an `http.Server` that are needed; `https` and `http2` servers have them too. */
export interface UpgradableServer {
  on(event: 'upgrade', listener: (incoming: IncomingMessage, socket: NetSocket, head: Buffer) => void): unknown;
  off(event: 'upgrade', listener: (incoming: IncomingMessage, socket: NetSocket, head: Buffer) => void): unknown;
  listenerCount(event: 'upgrade'): number;
}

/**
 * Listens to a server's upgrade requests. Only paths of the app are claimed, but where nobody else listens: there the
 * others would hang, and get 404.
 *
 * @returns Takes the listener away again.
 */
export function attach(
  server: UpgradableServer,
  routes: readonly CompiledRoute[],
  upgrader: Upgrader,
  elapsed: (socket: NetSocket) => number = () => 0,
): () => void {
  const onUpgrade = (incoming: IncomingMessage, socket: NetSocket, head: Buffer): void => {
    if (server.listenerCount('upgrade') === 1) {
      upgrader.upgrade(incoming, socket, head, elapsed(socket));
    } else if (findRoute(routes, targetOf(incoming).url) !== undefined) {
      // Others that listen to the same event come first.
      upgrader.upgradeSoon(incoming, socket, head, elapsed(socket));
    }
  };
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
  };
}
