import { Peer } from './peer.ts';
import type { WatchedServer } from './watched-server.ts';

/** One message and its answer on a connection of its own; then the memory is watched. */
export async function warmUp(server: WatchedServer): Promise<void> {
  let answered: () => void = () => {};
  const peer = await Peer.open(server.place, () => answered(), '/warm-up');
  await new Promise<void>((resolve) => {
    answered = resolve;
    peer.send('0000000000');
  });
  peer.close();
  await peer.ended;
  await server.watch();
}
