import { merge, Subject } from 'rxjs';
import { dropNewest, route, sluice } from 'sluice';
import { pulled, through } from 'sluice/operators';

const FILLER = '.'.repeat(65_536);

/** Less than one filler: whatever the room has for the stalled member is dropped. */
const FULL = { overflow: dropNewest(), outHighWater: 16_384, outCeiling: 65_536 };

/** A room. What the members of it send goes to all of them; a stalled one is kept full. */
export const serve = async () => {
  const room = new Subject();
  const stalled = { unsentBytes: 0 };

  const filler = function* () {
    for (;;) yield FILLER;
  };

  const member = ({ in$ }) => in$.pipe(through(room));

  const stalledMember = ({ in$, out, pressure$ }) => {
    pressure$.subscribe(({ unsentBytes }) => {
      stalled.unsentBytes = unsentBytes;
    });
    return merge(in$.pipe(through(room)), pulled(filler(), out));
  };

  const app = sluice([route('/', member), route('/stalled', FULL, stalledMember)]);
  const { port } = await app.listen(0, '127.0.0.1');
  return { place: { port }, stalled: () => stalled };
};
