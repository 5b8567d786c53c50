import { describe, expect, test, vi } from 'vitest';
import { type Accepted, accept, Rejected, reject } from '../../src/protocol/verdict.ts';
import { allOf, type Guard, toVerdict } from '../../src/server/guard.ts';

const request = {} as never;

async function run(guard: Guard<object>): Promise<Accepted<object | undefined> | Rejected> {
  return toVerdict(await guard(request, {}));
}

describe('toVerdict', () => {
  test('takes an object for the context', () => {
    expect(toVerdict({ user: 'ann' })).toMatchObject({ context: { user: 'ann' } });
  });

  test('leaves verdicts as they are', () => {
    for (const verdict of [accept(), reject(401)]) expect(toVerdict(verdict)).toBe(verdict);
  });

  test.each([[undefined], [null], [false], [true], ['ann'], [0], [() => {}]])('refuses %s', (result) => {
    expect(() => toVerdict(result)).toThrow('SLUICE_BAD_GUARD_RESULT');
  });
});

describe('allOf', () => {
  test('hands each guard what those before it gave, and merges the contexts', async () => {
    const second = vi.fn(() => ({ b: 2 }));
    const third = vi.fn(async () => accept({ context: { c: 3, a: 'again' } }));
    const verdict = await run(allOf(() => ({ a: 1 }), second, third) as Guard<object>);
    expect(second).toHaveBeenCalledWith(request, { a: 1 });
    expect(third).toHaveBeenCalledWith(request, { a: 1, b: 2 });
    expect(verdict).toMatchObject({ context: { a: 'again', b: 2, c: 3 } });
  });

  test('stops at the first that rejects', async () => {
    const last = vi.fn(() => ({}));
    const verdict = await run(
      allOf(
        () => ({}),
        (): Rejected | object => reject(403),
        last,
      ) as Guard<object>,
    );
    expect(Rejected.is(verdict) && verdict.status).toBe(403);
    expect(last).not.toHaveBeenCalled();
  });

  test('rejects with what a guard throws, and for a bad result', async () => {
    const failure = new Error('boom');
    const boom = (): never => {
      throw failure;
    };
    await expect(run(allOf(() => ({}), boom) as Guard<object>)).rejects.toBe(failure);
    await expect(run(allOf(() => false as never, boom) as Guard<object>)).rejects.toThrow('SLUICE_BAD_GUARD_RESULT');
  });

  test('keeps headers and cookies of all, and the last subprotocol and expiry', async () => {
    const [early, late] = [new Date(1), new Date(2)];
    const verdict = await run(
      allOf(
        () => accept({ context: {}, headers: { 'X-A': '1' }, subprotocol: 'v1', expires: early }),
        () => accept({ context: {}, cookies: { seen: '1' }, expires: late }),
      ) as Guard<object>,
    );
    expect(verdict).toMatchObject({
      subprotocol: 'v1',
      expires: late,
      lines: [
        ['X-A', '1'],
        ['Set-Cookie', 'seen=1'],
      ],
    });
  });

  test('nests, and an inner one sees what the outer one gathered', async () => {
    const inner = vi.fn(() => ({ c: 3 }));
    const verdict = await run(
      allOf(
        () => ({ a: 1 }),
        allOf(() => ({ b: 2 }), inner),
      ) as Guard<object>,
    );
    expect(inner).toHaveBeenCalledWith(request, { a: 1, b: 2 });
    expect(verdict).toMatchObject({ context: { a: 1, b: 2, c: 3 } });
  });
});
