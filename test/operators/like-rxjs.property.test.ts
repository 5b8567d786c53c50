import fc from 'fast-check';
import { from, Observable, Subject, take, tap, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { both, type Maps } from './both.ts';

// Random sources and inner streams: both implementations leave exactly the same trace, frame by frame.

type Inner =
  | { readonly kind: 'marbles'; readonly diagram: string }
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'error' | 'throw' };

interface Scenario {
  readonly source: string;
  /** The inner stream of each letter of the source. */
  readonly inners: Readonly<Record<string, Inner>>;
  readonly concurrency: number | 'switch';
  readonly unsubscribedAt: number | undefined;
  readonly taken: number;
  /** The first values of the result push one more into the source. */
  readonly echoes: number;
}

const letters = ['a', 'b', 'c', 'd'];

const diagrams = (marbles: readonly string[], size: number, ends: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(fc.constantFrom('-', ...marbles), { maxLength: size }), fc.constantFrom(...ends))
    .map(([events, end]) => events.join('') + end);

const inner: fc.Arbitrary<Inner> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('marbles' as const),
      diagram: diagrams(['-', 'x', '(yz)'], 6, ['|', '|', '|', '(x|)', '-', '#']),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('values' as const),
      values: fc.array(fc.constantFrom('v', 'w'), { maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('error' as const, 'throw' as const) }) },
);

const scenario: fc.Arbitrary<Scenario> = fc.record({
  source: diagrams([...letters, '(ab)', '(abcd)'], 10, ['|', '|', '(c|)', '-', '#']),
  inners: fc.tuple(inner, inner, inner, inner).map(([a, b, c, d]) => ({ a, b, c, d })),
  concurrency: fc.constantFrom<number | 'switch'>(1, 2, 3, Number.POSITIVE_INFINITY, 'switch'),
  unsubscribedAt: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
  taken: fc.constantFrom(1, 3, 1_000),
  echoes: fc.constantFrom(0, 0, 1, 2),
});

/** The frames of all that the result emits and that is subscribed and unsubscribed on the way. */
function trace(maps: Maps, { source, inners, concurrency, unsubscribedAt, taken, echoes }: Scenario): unknown[] {
  const traces: unknown[] = [];
  const scheduler = new TestScheduler((actual) => {
    traces.push(actual);
  });
  scheduler.run(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const streams = new Map<string, Observable<string>>();
    for (const [letter, inner] of Object.entries(inners)) {
      if (inner.kind === 'values') streams.set(letter, from(inner.values));
      else if (inner.kind === 'error')
        streams.set(
          letter,
          throwError(() => 'failed'),
        );
      else if (inner.kind === 'marbles') {
        const stream = cold(inner.diagram);
        expectSubscriptions(stream.subscriptions).toBe([]);
        streams.set(letter, stream);
      }
    }
    const project = (letter: string): Observable<string> => {
      const stream = streams.get(letter);
      if (stream === undefined) throw 'thrown';
      return stream;
    };
    const values = hot(source);
    expectSubscriptions(values.subscriptions).toBe([]);
    const result = new Observable<string>((subscriber) => {
      const input = new Subject<string>();
      let left = echoes;
      const map = concurrency === 'switch' ? maps.switch(project) : maps.merge(project, concurrency);
      const output = input.pipe(
        concurrency === 1 ? maps.concat(project) : map,
        tap(() => {
          if (left-- > 0) input.next('b');
        }),
        take(taken),
      );
      output.subscribe(subscriber);
      return values.subscribe(input);
    });
    expectObservable(result, unsubscribedAt === undefined ? undefined : `${'-'.repeat(unsubscribedAt)}!`).toBe('');
  });
  return traces;
}

test('pacedConcatMap, pacedMergeMap and pacedSwitchMap do what those of RxJS do', () => {
  const [[, theirs], [, ours]] = both as [(typeof both)[number], (typeof both)[number]];
  fc.assert(
    fc.property(scenario, (random) => {
      expect(trace(ours, random)).toEqual(trace(theirs, random));
    }),
    { numRuns: 500 },
  );
});
