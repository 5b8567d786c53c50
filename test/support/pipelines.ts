import fc from 'fast-check';
import {
  defer,
  EMPTY,
  filter,
  from,
  groupBy,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  retry,
  share,
  take,
  takeUntil,
  throwError,
  timer,
} from 'rxjs';
import {
  mapAsync,
  pacedBy,
  pacedConcatMap,
  pacedMergeMap,
  pacedSwitchMap,
  pulled,
  toAsyncIterable,
} from 'sluice/operators';
import type { ServerChannel } from '../../src/channel/channel.ts';

/** What an operator does with one message. */
type Inner = { readonly kind: 'values' | 'timer' | 'promise' | 'taken' | 'error' | 'rejection' | 'throw'; ms: number };

/** A pipeline, as a value. */
type Step =
  | { readonly kind: 'map' | 'share' | 'retry' }
  | { readonly kind: 'take' | 'filter'; readonly count: number }
  | { readonly kind: 'merge'; readonly left: Steps; readonly right: Steps }
  | { readonly kind: 'groupBy'; readonly steps: Steps }
  | { readonly kind: 'concat' | 'switch' | 'iterable' | 'pulled' | 'pacedBy'; readonly inners: Inners }
  | { readonly kind: 'nested'; readonly inners: Inners; readonly steps: Steps }
  | { readonly kind: 'mergeMap'; readonly inners: Inners; readonly concurrency: number }
  | { readonly kind: 'mapAsync'; readonly inners: Inners; readonly concurrency: number; readonly ordered: boolean };
export type Steps = readonly Step[];
type Inners = readonly Inner[];

const inners = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('values', 'timer', 'promise', 'taken' as const) },
      { weight: 1, arbitrary: fc.constantFrom('error', 'rejection', 'throw' as const) },
    ),
    ms: fc.nat(3),
  }),
  { minLength: 1, maxLength: 4 },
) as fc.Arbitrary<Inners>;
const concurrency = fc.integer({ min: 1, max: 3 });

/** Any pipeline. */
export const { steps } = fc.letrec<{ steps: Steps; step: Step }>((tie) => ({
  steps: fc.array(tie('step'), { maxLength: 3, depthIdentifier: 'steps' }),
  step: fc.oneof(
    { depthSize: 'small', depthIdentifier: 'steps', withCrossShrink: true },
    fc.record({ kind: fc.constantFrom('map', 'share', 'retry' as const) }),
    fc.record({ kind: fc.constantFrom('concat', 'switch', 'iterable', 'pulled', 'pacedBy' as const), inners }),
    fc.record({ kind: fc.constant('mergeMap' as const), inners, concurrency }),
    fc.record({ kind: fc.constant('mapAsync' as const), inners, concurrency, ordered: fc.boolean() }),
    fc.record({ kind: fc.constantFrom('take', 'filter' as const), count: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant('merge' as const), left: tie('steps'), right: tie('steps') }),
    fc.record({ kind: fc.constant('groupBy' as const), steps: tie('steps') }),
    fc.record({ kind: fc.constant('nested' as const), inners, steps: tie('steps') }),
  ) as fc.Arbitrary<Step>,
}));

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function innerOf(all: Inners, value: string, index: number): Observable<string> | Promise<string> {
  const { kind, ms } = all[index % all.length] as Inner;
  if (kind === 'throw') throw new Error('project');
  if (kind === 'error') return timer(ms).pipe(mergeMap(() => throwError(() => new Error('inner'))));
  if (kind === 'rejection') return wait(ms).then(() => Promise.reject(new Error('rejected')));
  if (kind === 'promise') return ms === 0 ? Promise.resolve(value) : wait(ms).then(() => value);
  if (kind === 'timer') return merge(of(value), timer(ms, 1).pipe(take(2))).pipe(map(String));
  if (kind === 'taken') return NEVER.pipe(takeUntil(timer(ms)));
  return ms === 0 ? EMPTY : from(Array<string>(ms).fill(value));
}

/** Sends a source through a pipeline. */
export function piped(source: Observable<string>, all: Steps, channel: ServerChannel): Observable<string> {
  return all.reduce((stream, step) => applied(stream, step, channel), source);
}

function applied(source: Observable<string>, step: Step, channel: ServerChannel): Observable<string> {
  const work = (value: string, index: number): Observable<string> | Promise<string> =>
    innerOf((step as { inners: Inners }).inners, value, index);
  let index = 0;
  const answer = async (value: string): Promise<string> => {
    for await (const result of toAsyncIterable(from(work(value, index++)))) return result;
    return value;
  };
  async function* read(): AsyncGenerator<string> {
    for await (const value of toAsyncIterable(source)) yield await answer(value);
  }
  switch (step.kind) {
    case 'map':
      return source.pipe(map((value) => `${value}'`));
    case 'share':
      return source.pipe(share());
    case 'retry':
      return source.pipe(retry(3));
    case 'take':
      return source.pipe(take(step.count));
    case 'filter':
      return source.pipe(filter((_, at) => at % step.count === 0));
    case 'merge':
      return merge(piped(source, step.left, channel), piped(source, step.right, channel));
    case 'groupBy':
      return source.pipe(
        groupBy((value) => Number.parseInt(value, 10) % 2),
        mergeMap((group) => piped(group, step.steps, channel)),
      );
    case 'concat':
      return source.pipe(pacedConcatMap(work));
    case 'switch':
      return source.pipe(pacedSwitchMap(work));
    case 'mergeMap':
      return source.pipe(pacedMergeMap(work, step.concurrency));
    case 'mapAsync':
      return source.pipe(mapAsync(answer, { concurrency: step.concurrency, ordered: step.ordered }));
    case 'nested':
      return source.pipe(
        pacedMergeMap((value, at) =>
          piped(
            defer(() => innerOf(step.inners, value, at)),
            step.steps,
            channel,
          ),
        ),
      );
    case 'iterable':
      return from(read());
    case 'pulled':
      return defer(() => pulled(read(), channel.out));
    case 'pacedBy':
      return source.pipe(pacedBy(channel.out), pacedConcatMap(work));
  }
}
