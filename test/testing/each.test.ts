import fc from 'fast-check';
import { debounceTime, map, type Observable } from 'rxjs';
import { anyLane } from 'sluice/testing/fast-check';
import { marbleTest } from 'sluice/testing/vitest';
import { describe, expect, test } from 'vitest';
import { checkEach } from '../../src/adapters/vitest-each.ts';
import { MarbleMismatch } from '../../src/testing.ts';

type Texts = { readonly in$: Observable<string> };

marbleTest.each('echo keeps order', anyLane('abc', 40), (lane) => ({
  handler: ({ in$ }: Texts) => in$,
  in: lane,
  out: lane,
}));

marbleTest.each(
  'takes any arbitrary, and the settings of fast-check',
  fc.record({ lane: anyLane('ab', 10), gap: fc.integer({ min: 1, max: 9 }) }),
  ({ lane, gap }) => ({ handler: ({ in$ }: Texts) => in$, in: `${lane} ${gap}s a`, out: `${lane} ${gap}s a` }),
  { numRuns: 20 },
);

describe('marbleTest.each', () => {
  const failure = (run: Promise<void>): Promise<Error> =>
    run.then(() => new Error('It holds.')).catch((error) => error);

  test('shows the smallest lanes that fail, drawn, and how to run just them', async () => {
    let count = 0;
    const breaking = (): unknown => {
      count = 0;
      return ({ in$ }: Texts) => in$.pipe(map((text) => (text === 'c' && ++count === 2 ? 'lost' : text)));
    };
    const makeTest = (lane: string) => ({ handler: { make: breaking as never }, in: lane, out: lane });
    const error = await failure(checkEach(anyLane('abc', 30), makeTest, { seed: 1 }));
    expect(error).toBeInstanceOf(MarbleMismatch);
    expect(error.message).toContain('\n  in        cc\n  out want  cc\n');
    expect(error.message).toMatch(/The smallest that fails: "cc", found at run \d+, made smaller \d+ times\./);
    expect(error.message).toMatch(/To run just this: marbleTest\.each\(\.\.\., { seed: 1, path: "[\d:]+" }\)$/);
    expect(error.stack).toContain(error.message);
  });

  test('finds the tie that nobody has thought of', async () => {
    const debounced = ({ in$ }: Texts): unknown => in$.pipe(debounceTime(2));
    const expected = (lane: string): string => lane.replace(/[ab](?=-?[ab])/g, '-').replace(/([ab])--/g, '--$1');
    const makeTest = (lane: string) => ({ handler: debounced as never, in: `${lane}--`, out: expected(`${lane}--`) });
    const { message } = await failure(checkEach(anyLane('ab', 12), makeTest, { seed: 2 }));
    expect(message).toMatch(/^tie: /);
    expect(message).toMatch(/^ {2}in +[ab]-[ab]--$/m);
  });

  test('keeps what makeTest throws', async () => {
    const makeTest = () => {
      throw new TypeError('no such lane');
    };
    expect((await failure(checkEach(anyLane('a', 3), makeTest))).message).toMatch(/^no such lane\n/);
  });
});

describe('anyLane', () => {
  test('gives lanes of these symbols, no longer than told', () => {
    fc.assert(fc.property(anyLane('aB7', 12), (lane) => /^[aB7-]{0,12}$/.test(lane)));
    const lanes = fc.sample(anyLane('ab', 20), 200).join('');
    expect(lanes).toContain('a');
    expect(lanes).toContain('b');
    expect(lanes).toMatch(/[ab]{2}/);
  });

  test.each([[''], ['a-'], ['a|'], ['a b'], ['a\u200d']])('refuses %o', (symbols) => {
    expect(() => anyLane(symbols, 5)).toThrow(/^anyLane takes symbols such as 'abc', not "/);
  });
});
