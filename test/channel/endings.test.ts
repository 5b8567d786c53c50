import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

const failure = new Error('boom');

// The other endings are scenarios: marbles/life.marble and marbles/endings.marble.
test.each([1008, 1002, 1007])('a channel ends when the peer breaks the protocol: %i', async (code) => {
  const seen: unknown[] = [];
  const returned = new Subject<unknown>();
  const opened = serveFake(
    ({ in$ }) => {
      in$.subscribe({ next: (message) => seen.push(message), complete: () => seen.push('end') });
      return returned;
    },
    { outHighWater: 4, outLowWater: 0, outCeiling: 6 },
  );
  const { channel, socket, app } = opened;
  await pass();
  socket.reads = false;
  returned.next('aaaa');
  returned.next('b');
  socket.violates(code, failure);
  await pass();

  expect(seen).toEqual(['end']);
  socket.takes();
  expect(opened.log).toEqual(['send aaaa']);
  socket.vanishes();
  await pass();

  const record = { code, reason: '', clean: false, by: 'protocol', cause: failure };
  expect(opened.records).toEqual([record]);
  expect(opened.errors).toEqual([]);
  expect(opened.dropped).toEqual(['out ended 1']);
  expect(returned.observed).toBe(false);
  expect(channel.signal.aborted).toBe(true);
  expect(app.core.channels.size).toBe(0);
  expect(opened.events.at(-1)).toMatchObject({ type: 'closed', channel, close: record });
});
