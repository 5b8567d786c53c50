import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { json } from '../../src/codec/json.ts';
import { CloseError } from '../../src/protocol/close.ts';
import { inVirtualTime, type Opened, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

const failure = new Error('boom');

/** Causes of an end, each with the code and the `by` that it stands for. */
const causes: Readonly<Record<string, { act: (opened: Opened) => void; code: number; by: string }>> = {
  'a Close of the peer': { act: ({ socket }) => socket.closes({ code: 4000 }), code: 4000, by: 'peer' },
  'a lost connection': { act: ({ socket }) => socket.vanishes(), code: 1006, by: 'transport' },
  'the completion of out': { act: ({ channel }) => channel.out.complete(), code: 1000, by: 'handler' },
  'a CloseError': { act: ({ channel }) => channel.out.error(new CloseError(4001)), code: 4001, by: 'handler' },
  'an error': { act: ({ channel }) => channel.out.error(failure), code: 1011, by: 'handler' },
  'close()': { act: ({ channel }) => channel.close(4002), code: 4002, by: 'handler' },
  'binary for a text codec': { act: ({ socket }) => socket.delivers(Uint8Array.of(1)), code: 1003, by: 'protocol' },
  'bad JSON': { act: ({ socket }) => socket.delivers('{'), code: 1007, by: 'protocol' },
  'a violation': { act: ({ socket }) => socket.violates(1009), code: 1009, by: 'protocol' },
};

const opened = async (): Promise<Opened> => {
  const one = serveFake(({ in$ }: ServerChannel) => void in$.subscribe(), { codec: json() });
  await pass();
  return one;
};

describe('of two causes of an end the first one counts', () => {
  for (const [firstName, first] of Object.entries(causes)) {
    for (const [secondName, second] of Object.entries(causes)) {
      if (firstName === secondName) continue;
      test(`${firstName}, then ${secondName}`, async () => {
        const one = await opened();
        first.act(one);
        second.act(one);
        await pass();
        one.socket.vanishes();
        await pass();
        expect(one.records).toMatchObject([{ code: first.code, by: first.by }]);
        expect(one.eventsOf('closed')).toHaveLength(1);
        expect(one.log.filter((entry) => entry.startsWith('close'))).toHaveLength(
          first.by === 'handler' || (first.by === 'protocol' && first.code !== 1009) ? 1 : 0,
        );
        expect(one.errors).toEqual(firstName === 'an error' || secondName === 'an error' ? [failure] : []);
      });
    }
  }

  test('a Close of ours that the peer answers with another code keeps ours, and is clean', async () => {
    const one = await opened();
    one.channel.close(4002);
    one.socket.leaves({ code: 1000 });
    expect(one.records).toEqual([{ code: 4002, reason: '', clean: true, by: 'handler' }]);
  });

  test('a Close of ours that crosses one of the peer keeps ours, and is clean', async () => {
    const one = await opened();
    one.socket.reads = false;
    one.channel.out.next('unsent');
    one.channel.out.complete();
    one.socket.leaves({ code: 4000 });
    expect(one.records).toEqual([{ code: 1000, reason: '', clean: true, by: 'handler' }]);
  });

  test('a Close of ours that nobody answers keeps its code, and is not clean', async () => {
    const one = await opened();
    one.channel.close(4002, 'bye');
    one.socket.vanishes();
    expect(one.records).toEqual([{ code: 4002, reason: 'bye', clean: false, by: 'handler' }]);
  });

  test('an error after the end still reaches errors$', async () => {
    const one = await opened();
    one.socket.leaves();
    one.channel.out.error(failure);
    expect(one.record).toMatchObject({ code: 1000, by: 'peer' });
    expect(one.errors).toEqual([failure]);
  });
});
