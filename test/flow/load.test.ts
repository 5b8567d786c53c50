import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/edge/clock.ts';
import { currentContext, enter } from '../../src/flow/context.ts';
import { Load, type LoadHost } from '../../src/flow/load.ts';
import { inVirtualTime, pass } from '../support/serve-fake.ts';

inVirtualTime();

const marks = { highWater: 4, lowWater: 1, highWaterBytes: 100, stallTimeout: 1_000 };

function loadOf(settings: Partial<LoadHost['settings']> = {}) {
  const calls: string[] = [];
  const outbound = { saturated: false };
  const load = new Load({
    settings: { ...marks, ...settings },
    clock: systemClock,
    outbound,
    inbound: { eased: () => calls.push('eased') },
    changed: () => {},
    stuck: () => calls.push('stuck'),
  });
  const began = (messages: number, bytes = 0): void => {
    for (let i = 0; i < messages; i++) load.began(bytes);
  };
  const ended = (messages: number, bytes = 0): void => {
    for (let i = 0; i < messages; i++) load.ended(bytes);
  };
  return { load, calls, outbound, began, ended };
}

describe('a load', () => {
  test('is full from highWater messages until it has fallen to lowWater', () => {
    const { load, calls, began, ended } = loadOf();
    began(3);
    expect(load.full).toBe(false);
    began(1);
    expect([load.full, load.messages]).toEqual([true, 4]);
    ended(2);
    expect([load.full, calls]).toEqual([true, []]);
    ended(1);
    expect([load.full, load.messages, calls]).toEqual([false, 1, ['eased']]);
    began(2);
    expect(load.full).toBe(false);
  });

  test('with highWater 1 and lowWater 0 is one message at a time', () => {
    const { load, calls, began, ended } = loadOf({ highWater: 1, lowWater: 0 });
    began(1);
    expect(load.full).toBe(true);
    ended(1);
    expect([load.full, calls]).toEqual([false, ['eased']]);
  });

  test('is full from highWaterBytes until it has fallen below, and to lowWater', () => {
    const { load, began, ended } = loadOf({ lowWater: 2 });
    began(1, 99);
    expect(load.full).toBe(false);
    began(2, 1);
    expect(load.full).toBe(true);
    ended(1, 1);
    expect(load.full).toBe(true);
    ended(1, 1);
    expect(load.full).toBe(false);
    ended(1, 99);
    began(1, 1_000);
    expect(load.full).toBe(true);
    ended(1, 1_000);
    expect([load.full, load.messages]).toEqual([false, 0]);
  });

  test('makes the work of a message only when it is asked for, one for each delivery', () => {
    const { load } = loadOf();
    expect(load.work).toBeUndefined();
    const former = load.deliver(7);
    expect(load.delivers).toBe(true);
    expect(currentContext()).toBe(load);
    const { work } = load;
    expect(work).toBeDefined();
    expect(load.work).toBe(work);
    load.leave(former);
    expect([load.delivers, load.work, currentContext()]).toEqual([false, undefined, undefined]);
    const again = load.deliver(7);
    expect(load.work).not.toBe(work);
    load.leave(again);
  });

  test('puts back the context in which it delivered', () => {
    const [outer, inner] = [loadOf().load, loadOf().load];
    const before = outer.deliver(0);
    const former = inner.deliver(0);
    expect(currentContext()).toBe(inner);
    inner.leave(former);
    expect(currentContext()).toBe(outer);
    outer.leave(before);
    expect(enter(undefined)).toBeUndefined();
  });
});

describe('a load that blocks messages', () => {
  test('tells once when no work ends for stallTimeout', async () => {
    const { load, calls, began } = loadOf();
    began(4);
    load.blocks(true);
    await pass(999);
    load.blocks(true);
    expect(calls).toEqual([]);
    await pass(1);
    expect(calls).toEqual(['stuck']);
    load.blocks(true);
    await pass(10_000);
    expect(calls).toEqual(['stuck']);
  });

  test('counts the time from the last work that ended', async () => {
    const { load, calls, began, ended } = loadOf({ highWater: 4, lowWater: 0 });
    began(4);
    load.blocks(true);
    await pass(900);
    ended(1);
    await pass(900);
    ended(1);
    await pass(999);
    expect(calls).toEqual([]);
    await pass(1);
    expect(calls).toEqual(['stuck']);
  });

  test('counts anew after it has blocked nothing meanwhile, and leaves no timer', async () => {
    const { load, calls, began } = loadOf();
    began(4);
    load.blocks(true);
    await pass(999);
    load.blocks(false);
    expect(vi.getTimerCount()).toBe(0);
    load.blocks(true);
    await pass(999);
    expect(calls).toEqual([]);
    await pass(1);
    load.blocks(false);
    load.blocks(true);
    await pass(1_000);
    expect(calls).toEqual(['stuck', 'stuck']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('waits for output that is saturated, and tells afterwards', async () => {
    const { load, calls, outbound, began } = loadOf();
    began(4);
    load.blocks(true);
    outbound.saturated = true;
    await pass(10_500);
    expect(calls).toEqual([]);
    outbound.saturated = false;
    await pass(500);
    expect(calls).toEqual(['stuck']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
