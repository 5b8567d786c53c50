import { debounceTime, map, type Observable, throwError } from 'rxjs';
import { CloseError } from 'sluice';
import { close, marblesOf, runHandler, testHandler } from 'sluice/testing';
import { marbleTest } from 'sluice/testing/vitest';
import { describe, expect, expectTypeOf, test } from 'vitest';

type Texts = { readonly in$: Observable<string> };
const debounced = ({ in$ }: Texts): Observable<string> => in$.pipe(debounceTime(2));
const ran = () => runHandler(debounced, { in: '-ab---c----' });

marbleTest('a handler, registered as a test', debounced, { in: '-ab---c---|', out: '----b---c-|' });

describe('runHandler', () => {
  test('expects nothing but that both runs show the same', async () => {
    await expect(runHandler(debounced, { in: '-a-b----' })).rejects.toThrow(
      /^tie: passes only when input comes before/,
    );
    await expect(runHandler(debounced, { in: '-a-b----', ties: 'timers first' })).resolves.toBeDefined();
  });

  test('finds leaks and shared state', async () => {
    const leaking = (): void => void setInterval(() => {}, 1_000);
    await expect(runHandler(leaking, { in: '-a-' })).rejects.toThrow(/^leak: /);
    let count = 0;
    const counting = ({ in$ }: Texts): unknown => in$.pipe(map(() => String(count++)));
    await expect(runHandler(counting, { in: '-a-' })).rejects.toThrow(/^shared state: /);
  });
});

describe('what a handler of runHandler fails with', () => {
  const breaks = ({ in$ }: Texts): unknown => in$.pipe(map((text) => String(JSON.parse(text))));

  test('does not become what is expected, so that no snapshot takes it', async () => {
    await expect(runHandler(breaks, { in: '-1-a-' })).rejects.toThrow(
      /^the handler failed at 3 ms: SyntaxError: .*\n.*If it is to fail, write\nout: '#' first\.$/s,
    );
    const guarded = { handler: breaks, options: { guard: () => JSON.parse('') } };
    await expect(runHandler(guarded, { in: '---' })).rejects.toThrow(/^the guard failed at 0 ms: SyntaxError: /);
  });

  test('is taken where out says that it may fail', async () => {
    expect(marblesOf(await runHandler(breaks, { in: '-1-a-', out: '#' }))).toBe('  in   -1-a-\n  out  -1-#-');
  });

  test('is no failure where the handler says it itself, by a CloseError', async () => {
    const leaves = (): unknown => throwError(() => new CloseError(4000, 'bye'));
    expect(marblesOf(await runHandler(leaves, { in: '--' }))).toContain('X = close 4000 "bye"');
  });
});

describe('a trace as marbles', () => {
  test('has the inputs and what came of them', async () => {
    expect(await ran()).toMatchInlineSnapshot(`
      in   -ab---c----
      out  ----b---c--
    `);
    expect(marblesOf(await ran())).toBe('  in   -ab---c----\n  out  ----b---c--');
  });

  test('has a legend, and the lanes of the test', async () => {
    const shout = ({ in$ }: Texts): unknown => in$.pipe(map((text) => `${text.toUpperCase()}!`));
    const X = close(4001, 'kicked');
    const trace = await testHandler(shout, {
      in: '-a-bX',
      out: '-A-B|',
      sub: '^---!',
      values: { A: 'A!', B: 'B!', X },
    });
    expect(trace).toMatchInlineSnapshot(`
      in   -a-bX
      out  -A-B|
      sub  ^---!
      A = "A!"
      B = "B!"
      X = close 4001 "kicked"
    `);
  });
});

describe('toMatchMarbles', () => {
  test('holds a trace against the lanes that are written', async () => {
    expect(await ran()).toMatchMarbles({ out: '----b---c--' });
    expect(await ran()).toMatchMarbles({ out: '----B---c', values: { B: 'b' }, sub: '^' });
    expect(await ran()).not.toMatchMarbles({ out: '---b----c--' });
    expect(await ran()).not.toMatchMarbles({ out: '----b' });
  });

  test('takes marbles in any place of an expectation', async () => {
    await expect(ran()).resolves.toMatchMarbles({ out: '----b---c--' });
  });

  test('draws what is different', async () => {
    const trace = await ran();
    expect(() => expect(trace).toMatchMarbles({ out: '---b----c--' })).toThrowErrorMatchingInlineSnapshot(`
      [Error: b came 1 ms late, at 4 ms instead of 3 ms

        out want  ---b----c--
        out got   ----b---c--
                     ^^]
    `);
    expect(() => expect(trace).toMatchMarbles({ out: '----b' })).toThrow(/^c came at 8 ms, where nothing is expected/);
    expect(() => expect(trace).not.toMatchMarbles({ out: '----b---c' })).toThrow(/^The trace matches, and was not to/);
  });

  test('refuses what is no trace, and lanes that cannot be read', async () => {
    const trace = await ran();
    expect(() => expect('-a-').toMatchMarbles({ out: '-a-' })).toThrow(/a Trace/);
    expect(() => expect(trace).toMatchMarbles({ out: '-B-' })).toThrow(/^out, column 2: /);
    expect(() => expect(trace).toMatchMarbles({ 'ann.out': '---' })).toThrow(/no lane ann.out/);
  });

  test('has its types', async () => {
    const trace = await ran();
    expectTypeOf(expect(trace).toMatchMarbles).parameter(0).toHaveProperty('values');
    // @ts-expect-error There is no such lane.
    expect(() => expect(trace).toMatchMarbles({ outt: '-a-' })).toThrow();
    // @ts-expect-error A lane is a text.
    expect(() => expect(trace).toMatchMarbles({ out: 7 })).toThrow();
  });
});
