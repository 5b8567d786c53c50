import { closeSlow, dropNewest, latest, type Overflow, type OverflowState, unbounded } from 'sluice';
import { describe, expect, test, vi } from 'vitest';
import type { Pressure } from '../../src/channel/channel.ts';
import { FakeSocket } from '../support/fake-socket.ts';
import { FakeApp, inVirtualTime, pass, routeOf, serveFake } from '../support/serve-fake.ts';
import { drain, first, marks, saturated, send } from '../support/slow-peer.ts';

inVirtualTime();

describe('a policy of one’s own', () => {
  test('is asked only while the channel is saturated, about each message before it is encoded', () => {
    const asked: unknown[] = [];
    const overflow = (message: unknown, state: OverflowState): 'admit' => {
      asked.push([message, state]);
      return 'admit';
    };
    const codec = { kind: 'text', decode: Number, encode: (value: number) => 'x'.repeat(value) };
    const opened = serveFake(() => {}, { ...marks, overflow, codec });
    opened.socket.reads = false;
    send(opened, 4, 6, 15, 7, 1);
    expect(asked).toEqual([
      [15, { full: false, unsentBytes: 10, waiting: 0 }],
      [7, { full: false, unsentBytes: 25, waiting: 1 }],
      [1, { full: true, unsentBytes: 32, waiting: 2 }],
    ]);
    drain(opened);
    send(opened, 2);
    expect(asked).toHaveLength(3);
  });

  test('may hold for all routes of an app, and is overridden by that of a route', () => {
    const overflow = (answer: Overflow): unknown => {
      const app = new FakeApp(
        [routeOf(() => {}, marks), routeOf(() => {}, { ...marks, overflow: unbounded() }, '/b')],
        {
          overflow: answer,
        },
      );
      return [0, 1].map((index) => {
        const socket = new FakeSocket();
        socket.reads = false;
        const opened = app.open(socket, {}, index);
        send(opened, first, 'a', 'b');
        return drain(opened);
      });
    };
    expect(overflow(latest())).toEqual([['b'], ['a', 'b']]);
  });

  test('may mix what it does with one message and another', () => {
    const overflow = (message: string, { full, waiting }: OverflowState) => {
      if (message.startsWith('!')) return full ? 'close' : 'admit';
      return waiting >= 3 ? 'refuse' : { replaces: message[0] };
    };
    const opened = saturated(overflow);
    send(opened, 'a1', '!1', 'a2', 'b1', 'c1', 'b2', '!2');
    expect(drain(opened)).toEqual(['a2', '!1', 'b1', '!2']);
    expect(opened.dropped).toEqual(['out overflow 3']);
  });

  test('is asked from the next message on about what the socket sends by itself', () => {
    const overflow = vi.fn(() => 'admit');
    const opened = serveFake(() => {}, { ...marks, overflow });
    // Answers to Pings, which a socket gives without a word.
    vi.spyOn(opened.socket, 'bufferedBytes', 'get').mockReturnValue(30);
    send(opened, 'a');
    expect(overflow).not.toHaveBeenCalled();
    send(opened, 'b');
    expect(overflow).toHaveBeenCalledWith('b', { full: true, unsentBytes: 31, waiting: 1 });
  });

  test('that evicts while there is room admits', () => {
    const opened = saturated(() => 'evict');
    send(opened, 'a', 'b');
    expect(drain(opened)).toEqual(['a', 'b']);
  });

  test('that throws closes with 1011, and what was admitted is sent', () => {
    const failure = new Error('boom');
    const opened = saturated((message: string) => {
      if (message === 'bad') throw failure;
      return 'admit';
    });
    expect(() => send(opened, 'good', 'bad', 'late')).not.toThrow();
    expect(drain(opened)).toEqual(['good']);
    expect(opened.log.at(-1)).toBe('close 1011');
    expect(opened.errors).toEqual([failure]);
    opened.socket.leaves();
    expect(opened.record).toMatchObject({ code: 1011, cause: failure, by: 'handler' });
  });

  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    ['drop', "'drop'"],
    [true, 'true'],
    [null, 'null'],
    [{ replaces: undefined }, '{}'],
    [{ key: 'a' }, '{"key":"a"}'],
    [closeSlow, 'a function'],
  ])('that answers anything else closes with 1011, and the error names the answer: %#', (answer, shown) => {
    const opened = saturated((() => answer) as never);
    send(opened, 'a');
    drain(opened);
    expect(opened.log.at(-1)).toBe('close 1011');
    expect(opened.errors).toMatchObject([{ code: 'SLUICE_BAD_OPTION' }]);
    const [{ message }] = opened.errors as [Error];
    expect(message).toContain(`The option overflow of the route / answered ${shown}, not 'admit'`);
  });
});

describe('what a policy drops', () => {
  test('is told in one event when the channel is no longer saturated', () => {
    const opened = saturated(latest());
    send(opened, ...'abcdefghij');
    expect(opened.dropped).toEqual([]);
    drain(opened);
    expect(opened.events.map(({ type }) => type)).toEqual(['opened', 'saturated', 'dropped']);
    expect(opened.dropped).toEqual(['out overflow 9']);
  });

  test('is told at the end at the latest', () => {
    const opened = saturated(dropNewest());
    send(opened, 'x'.repeat(20), 'a', 'b');
    opened.socket.vanishes();
    expect(opened.dropped).toEqual(['out overflow 2', 'out ended 1']);
    expect(opened.events.at(-1)?.type).toBe('closed');
  });

  test('is told of every stallTimeout when a peer is always behind', async () => {
    const opened = saturated(latest(), { stallTimeout: 30_000 });
    for (let second = 0; second < 100; second++) {
      send(opened, 'ten bytes!', 'ten bytes?');
      await pass(1_000);
      opened.socket.takes(10);
    }
    expect(opened.records).toEqual([]);
    expect(opened.eventsOf('saturated')).toHaveLength(1);
    expect(opened.dropped).toHaveLength(3);
  });

  test('shows in pressure$ at once', async () => {
    const opened = saturated(dropNewest());
    const pressures: Pressure[] = [];
    opened.channel.pressure$.subscribe((pressure) => pressures.push(pressure));
    send(opened, 'x'.repeat(20));
    await pass();
    for (const lost of ['a', 'b']) {
      send(opened, lost);
      await pass();
    }
    expect(pressures.map(({ dropped }) => dropped)).toEqual([0, 0, 1, 2]);
    expect(pressures.at(-1)).toMatchObject({ saturated: true, unsentBytes: 30, dropped: 2 });
  });
});
