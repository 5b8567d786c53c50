import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { atEndOfTurn } from '../../src/edge/turn.ts';

afterEach(() => void vi.useRealTimers());

describe('the end of a turn', () => {
  test('is told to all who asked, in order, once', async () => {
    const log: string[] = [];
    for (const name of ['a', 'b']) atEndOfTurn({ turnEnded: () => log.push(name) });
    expect(log).toEqual([]);
    await nextTurn();
    await nextTurn();
    expect(log).toEqual(['a', 'b']);
  });

  test('comes after promises that settle in this turn', async () => {
    const log: string[] = [];
    atEndOfTurn({ turnEnded: () => log.push('end') });
    Promise.resolve()
      .then(() => {})
      .then(() => log.push('promise'));
    await nextTurn();
    expect(log).toEqual(['promise', 'end']);
  });

  test('is told in the next turn to who asks meanwhile', async () => {
    const log: string[] = [];
    const again = { turnEnded: () => log.push('again') };
    atEndOfTurn({
      turnEnded() {
        log.push('first');
        atEndOfTurn(again);
      },
    });
    await nextTurn();
    expect(log).toEqual(['first']);
    await nextTurn();
    expect(log).toEqual(['first', 'again']);
  });

  test('is told also where fake timers that were to tell it have gone', async () => {
    const log: string[] = [];
    vi.useFakeTimers({ toFake: ['setImmediate'] });
    atEndOfTurn({ turnEnded: () => log.push('a') });
    vi.useRealTimers();
    atEndOfTurn({ turnEnded: () => log.push('b') });
    await nextTurn();
    await nextTurn();
    expect(log).toEqual(['a', 'b']);
  });

  test('is told to the others when it fails for one', () => {
    vi.useFakeTimers({ toFake: ['setImmediate'] });
    const log: string[] = [];
    const failing = (): never => {
      throw new Error('mine');
    };
    atEndOfTurn({ turnEnded: () => log.push('a') });
    atEndOfTurn({ turnEnded: failing });
    atEndOfTurn({ turnEnded: () => log.push('b') });
    expect(() => vi.runAllTimers()).toThrow('mine');
    vi.runAllTimers();
    expect(log).toEqual(['a', 'b']);
  });
});
