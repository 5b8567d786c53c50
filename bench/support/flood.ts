import type { Peer } from './peer.ts';
import { NumberedFrames } from './sequence.ts';

const BATCH_BYTES = 65_536;
/** So many batches wait in the client at any time: it is never the client that has nothing to send. */
const BATCHES_AHEAD = 4;

export interface Flood {
  readonly messageBytes: number;
  readonly seconds?: number;
  readonly messages?: number;
}

/**
 * Writes numbered messages as fast as the connection takes them, for a time, or so many. Answers how many it wrote,
 * when the last has left the process or the connection has ended.
 */
export function flood(peer: Peer, { messageBytes, seconds = Infinity, messages = Infinity }: Flood): Promise<number> {
  const frames = new NumberedFrames(messageBytes);
  const batch = Math.max(1, Math.floor(BATCH_BYTES / frames.frameBytes));
  const deadline = performance.now() + seconds * 1000;
  return new Promise((resolve) => {
    let written = 0;
    let ahead = 0;
    const write = (): void => {
      while (ahead < BATCHES_AHEAD && written < messages && performance.now() < deadline) {
        const count = Math.min(batch, messages - written);
        ahead++;
        peer.write(frames.make(written, count), () => {
          ahead--;
          write();
        });
        written += count;
      }
      if (ahead === 0) resolve(written);
    };
    peer.ended.then(() => resolve(written));
    write();
  });
}
