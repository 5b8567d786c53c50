import { concatMap, EMPTY, map, mergeMap, type Observable, of, Subject, switchMap } from 'rxjs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { mapAsync } from '../../src/operators/map-async.ts';
import { pacedBy } from '../../src/operators/paced-by.ts';
import { pacedConcatMap } from '../../src/operators/paced-concat-map.ts';
import { pacedMergeMap } from '../../src/operators/paced-merge-map.ts';
import { pacedSwitchMap } from '../../src/operators/paced-switch-map.ts';
import { pulled } from '../../src/operators/pulled.ts';
import { switchMapBy } from '../../src/operators/switch-map-by.ts';
import { toAsyncIterable } from '../../src/operators/to-async-iterable.ts';

type Order = { readonly id: number };
type Topic = { readonly type: 'subscribe' | 'unsubscribe'; readonly topic: string };

const orders$: Observable<Order> = new Subject<Order>();
const topics$: Observable<Topic> = new Subject<Topic>();

describe('the types of mapAsync', () => {
  test('infer the message and the answer, awaited', () => {
    const result = orders$.pipe(
      mapAsync((order, signal) => {
        expectTypeOf(order).toEqualTypeOf<Order>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        return Promise.resolve(`order ${order.id}`);
      }),
    );
    expectTypeOf(result).toEqualTypeOf<Observable<string>>();
    expectTypeOf(orders$.pipe(mapAsync(async ({ id }) => id))).toEqualTypeOf<Observable<number>>();
  });

  test('infer an answer that comes at once, or sometimes', () => {
    expectTypeOf(orders$.pipe(mapAsync(({ id }) => id))).toEqualTypeOf<Observable<number>>();
    const sometimes = mapAsync(({ id }: Order): string | Promise<number> => (id > 0 ? 'at once' : Promise.resolve(id)));
    expectTypeOf(orders$.pipe(sometimes)).toEqualTypeOf<Observable<string | number>>();
    expectTypeOf(orders$.pipe(mapAsync(({ id }) => (id > 0 ? 'pong' : Promise.resolve(id))))).toEqualTypeOf<
      Observable<'pong' | number>
    >();
  });

  test('join the answer of recover, without the undefined that is none', () => {
    const recovered = orders$.pipe(
      mapAsync(async ({ id }) => id, {
        concurrency: 8,
        recover: (error, order) => {
          expectTypeOf(error).toEqualTypeOf<unknown>();
          expectTypeOf(order).toEqualTypeOf<Order>();
          return order.id > 0 ? `${order.id} failed` : undefined;
        },
      }),
    );
    expectTypeOf(recovered).toEqualTypeOf<Observable<number | string>>();
    const skipped = orders$.pipe(mapAsync(async ({ id }) => id, { recover: () => undefined }));
    expectTypeOf(skipped).toEqualTypeOf<Observable<number>>();
    const noted: unknown[] = [];
    const told = orders$.pipe(mapAsync(async ({ id }) => id, { recover: (error) => void noted.push(error) }));
    expectTypeOf(told).toEqualTypeOf<Observable<number>>();
    const nullable = orders$.pipe(mapAsync(async ({ id }) => id, { recover: () => null }));
    expectTypeOf(nullable).toEqualTypeOf<Observable<number | null>>();
  });

  test('refuse what is wrong', () => {
    const wrong = (): void => {
      // @ts-expect-error orders have no name
      orders$.pipe(mapAsync(async ({ name }) => name));
      // @ts-expect-error a concurrency is a number
      orders$.pipe(mapAsync(async ({ id }) => id, { concurrency: 'all' }));
      // @ts-expect-error there is no such option
      orders$.pipe(mapAsync(async ({ id }) => id, { parallel: 2 }));
      // @ts-expect-error recover answers at once, for the message has had its time
      orders$.pipe(mapAsync(async ({ id }) => id, { recover: async () => 1 })).pipe(map((id: number) => id));
    };
    expect(wrong).toBeTypeOf('function');
  });
});

describe('the types of pacedConcatMap, pacedMergeMap and pacedSwitchMap', () => {
  test('are those of RxJS', () => {
    const project = ({ id }: Order, index: number) => (index > 0 ? of(id) : [String(id)]);
    type Result = Observable<number | string>;
    expectTypeOf(orders$.pipe(pacedConcatMap(project))).toEqualTypeOf<Result>();
    expectTypeOf(orders$.pipe(pacedMergeMap(project, 4))).toEqualTypeOf<Result>();
    expectTypeOf(orders$.pipe(pacedSwitchMap(project))).toEqualTypeOf<Result>();
    expectTypeOf(orders$.pipe(concatMap(project))).toEqualTypeOf<Result>();
    expectTypeOf(orders$.pipe(mergeMap(project, 4))).toEqualTypeOf<Result>();
    expectTypeOf(orders$.pipe(switchMap(project))).toEqualTypeOf<Result>();
  });

  test('infer the value, and what a Promise, an array or nothing gives', () => {
    const result = orders$.pipe(
      pacedConcatMap(async (order) => {
        expectTypeOf(order).toEqualTypeOf<Order>();
        return order.id;
      }),
      pacedMergeMap((id) => [id, String(id)]),
      pacedSwitchMap((value) => (typeof value === 'string' ? of(value) : EMPTY)),
    );
    expectTypeOf(result).toEqualTypeOf<Observable<string>>();
  });

  test('refuse what is wrong', () => {
    const wrong = (): void => {
      // @ts-expect-error a number is no stream
      orders$.pipe(pacedConcatMap(({ id }) => id));
      // @ts-expect-error orders have no name
      orders$.pipe(pacedSwitchMap(({ name }) => of(name)));
      // @ts-expect-error a concurrency is a number
      orders$.pipe(pacedMergeMap(({ id }) => of(id), 'all'));
    };
    expect(wrong).toBeTypeOf('function');
  });
});

describe('the types of switchMapBy', () => {
  test('infer the key and what the streams give, without undefined', () => {
    const result = topics$.pipe(
      switchMapBy(
        ({ topic }) => topic,
        ({ type }, key) => {
          expectTypeOf(key).toEqualTypeOf<string>();
          return type === 'subscribe' ? of(1) : undefined;
        },
        { limit: 10 },
      ),
    );
    expectTypeOf(result).toEqualTypeOf<Observable<number>>();
  });

  test('take any key and any stream', () => {
    const key = { id: 1 };
    const result = topics$.pipe(
      switchMapBy(
        () => key,
        async (_message, { id }) => String(id),
      ),
    );
    expectTypeOf(result).toEqualTypeOf<Observable<string>>();
  });

  test('refuse what is wrong', () => {
    const wrong = (): void => {
      const byTopic = ({ topic }: Topic): string => topic;
      // @ts-expect-error a number is no stream
      topics$.pipe(switchMapBy(byTopic, () => 1));
      // @ts-expect-error null is no end: it may be a mistake
      topics$.pipe(switchMapBy(byTopic, () => null));
      // @ts-expect-error it is for topics, and orders have none
      orders$.pipe(switchMapBy(byTopic, () => EMPTY));
    };
    expect(wrong).toBeTypeOf('function');
  });
});

describe('the types of the others', () => {
  test('keep the type of their values', () => {
    const out = new Subject<string>();
    expectTypeOf(orders$.pipe(pacedBy(out))).toEqualTypeOf<Observable<Order>>();
    expectTypeOf(toAsyncIterable(orders$)).toEqualTypeOf<AsyncIterable<Order>>();
    expectTypeOf(pulled([1, 2], out)).toEqualTypeOf<Observable<number>>();
    const generator = async function* (): AsyncGenerator<Order> {};
    expectTypeOf(pulled(generator(), out)).toEqualTypeOf<Observable<Order>>();
    expectTypeOf(pulled(new ReadableStream<string>(), out)).toEqualTypeOf<Observable<string>>();
  });

  test('refuse what is wrong', () => {
    const wrong = (): void => {
      // @ts-expect-error an Observable is not an out: nothing can be pushed into it
      orders$.pipe(pacedBy(orders$));
      // @ts-expect-error an Observable cannot be pulled
      pulled(orders$, new Subject());
      // @ts-expect-error a Promise is not iterable
      pulled(Promise.resolve([1]), new Subject());
    };
    expect(wrong).toBeTypeOf('function');
  });
});
