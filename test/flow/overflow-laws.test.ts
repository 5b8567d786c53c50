import fc from 'fast-check';
import { closeSlow, coalesceBy, dropNewest, dropOldest, latest, unbounded } from 'sluice';
import { describe, expect, test } from 'vitest';
import { inVirtualTime, type Opened, pass, serveFake } from '../support/serve-fake.ts';
import { drain, key, pressureOf, send } from '../support/slow-peer.ts';

inVirtualTime();

describe('whatever is sent and read,', () => {
  const policies = {
    closeSlow: closeSlow(),
    dropNewest: dropNewest(),
    dropOldest: dropOldest(),
    latest: latest(),
    coalesceBy: coalesceBy((message: string) => key(message)),
    unbounded: unbounded(),
  };
  type Name = keyof typeof policies;
  const names = fc.constantFrom(...(Object.keys(policies) as Name[]));
  const longest = 40;

  /** A key and a size for a message; or how many bytes the peer takes. */
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom('a', 'b', 'c', '!'), fc.integer({ min: 6, max: longest })) },
    fc.integer({ min: 1, max: 60 }),
  );
  const steps = fc.array(step, { maxLength: 60 });

  /** The number behind the key tells messages apart. */
  const numbered = (group: string, number: number, size: number): string =>
    `${group}${number} `.padEnd(size, '.').slice(0, Math.max(size, 6));
  const numberOf = (message: unknown): number => Number.parseInt(String(message).slice(1), 10);

  const inOrder = (messages: readonly string[]): string[] => [...messages].sort((a, b) => numberOf(a) - numberOf(b));

  /** What holds once the peer has read everything and the channel has ended. */
  function check(name: Name, opened: Opened, pushed: readonly string[]): void {
    const coalesces = name === 'latest' || name === 'coalesceBy';
    const closed = opened.record?.code === 1013;
    const sent = opened.socket.sent.map(String);
    const lost = opened.eventsOf('dropped').reduce((sum, { messages }) => sum + messages, 0);
    expect(sent.length + lost).toBe(pushed.length);
    expect(pushed).toEqual(expect.arrayContaining(sent));
    if (!coalesces) expect(sent).toEqual(inOrder(sent));
    if (name === 'unbounded') expect(sent).toEqual(pushed);
    if (name !== 'closeSlow' && name !== 'coalesceBy') expect(closed).toBe(false);
    if (name === 'latest') expect(sent.at(-1)).toBe(pushed.at(-1));
    if (closed || !coalesces) return;
    for (const group of ['a', 'b', 'c', '!']) {
      const of = (messages: readonly string[]): string[] => messages.filter((message) => message.startsWith(group));
      expect(of(sent)).toEqual(inOrder(of(sent)));
      if (name === 'coalesceBy') expect(of(sent).at(-1)).toBe(of(pushed).at(-1));
      if (name === 'coalesceBy' && group === '!') expect(of(sent)).toEqual(of(pushed));
    }
  }

  test('order is kept, every loss is counted, memory is bounded, and the newest of each key arrives', () => {
    fc.assert(
      fc.property(names, steps, (name, all) => {
        const limits = { outHighWater: 10, outLowWater: 4, outCeiling: 60 };
        const opened = serveFake(() => {}, { ...limits, overflow: policies[name] });
        opened.socket.reads = false;
        const pushed: string[] = [];
        for (const one of all) {
          if (typeof one === 'number') {
            opened.socket.takes(one);
          } else {
            pushed.push(numbered(one[0], pushed.length, one[1]));
            send(opened, pushed.at(-1));
          }
          const { unsentBytes, saturated } = pressureOf(opened);
          if (name !== 'unbounded') expect(unsentBytes).toBeLessThanOrEqual(limits.outCeiling + longest);
          if (unsentBytes === 0) expect(saturated).toBe(false);
        }
        opened.channel.out.complete();
        drain(opened);
        opened.socket.leaves();
        check(name, opened, pushed);
      }),
      { numRuns: 500 },
    );
  });

  test('also with an encoder that is sometimes asynchronous', async () => {
    const encode = (message: string): unknown => {
      const delay = numberOf(message) % 4;
      return delay === 0 ? message : new Promise((resolve) => setTimeout(() => resolve(message), delay * 10));
    };
    const codec = { kind: 'text', decode: String, encode };
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.array(fc.tuple(step, fc.integer({ min: 0, max: 20 })), { maxLength: 40 }),
        async (name, all) => {
          const limits = { outHighWater: 2_000, outLowWater: 1_500, outCeiling: 8_000 };
          const opened = serveFake(() => {}, { ...limits, codec, overflow: policies[name] });
          opened.socket.reads = false;
          const pushed: string[] = [];
          for (const [one, time] of all) {
            if (typeof one === 'number') {
              opened.socket.takes(one * 100);
            } else {
              pushed.push(numbered(one[0], pushed.length, one[1] * 50));
              send(opened, pushed.at(-1));
            }
            await pass(time);
          }
          opened.channel.out.complete();
          for (let i = 0; i < 100; i++) {
            await pass(10);
            opened.socket.takes();
          }
          opened.socket.leaves();
          check(name, opened, pushed);
        },
      ),
      { numRuns: 200 },
    );
  });
});
