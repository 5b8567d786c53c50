import { NEVER } from 'rxjs';
import { route } from 'sluice';
import { pacedConcatMap } from 'sluice/operators';
import { expect, test } from 'vitest';
import { frame, op, RawClient } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';

test('a peer that is gone is found while its messages are held back for ever', async () => {
  const stuck = route('/', ({ in$ }) => in$.pipe(pacedConcatMap(() => NEVER)));
  const options = { heartbeat: { every: 50, timeout: 50 }, linger: 50, highWater: 4 };
  const { port, event, record } = await listening([stuck], options);
  const client = await RawClient.open(port, '/');
  client.write(...Array.from({ length: 10 }, () => frame(op.text, 'x')));
  await event('paused');
  client.reset();
  expect(await record()).toMatchObject({ code: 1006, by: 'transport' });
});
