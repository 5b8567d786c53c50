import timersDefault, { setTimeout as namedSetTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  asapScheduler,
  bufferTime,
  concatMap,
  debounceTime,
  delay,
  ignoreElements,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  observeOn,
  Subject,
  scan,
  switchMap,
  take,
  tap,
  throttleTime,
  timeout,
  timer,
} from 'rxjs';
import { describe, expect, test } from 'vitest';
import { play, seen } from './play.ts';

type Texts = { readonly in$: Observable<string> };

describe('virtual time', () => {
  test.each<[string, (channel: Texts) => unknown, string, string]>([
    ['debounceTime', ({ in$ }) => in$.pipe(debounceTime(2)), '-ab---c---', '4:b 8:c'],
    ['delay', ({ in$ }) => in$.pipe(delay(3)), '-a-b------', '4:a 6:b'],
    ['throttleTime', ({ in$ }) => in$.pipe(throttleTime(3)), '-abc-d----', '1:a 5:d'],
    ['bufferTime', ({ in$ }) => in$.pipe(bufferTime(4), map(String)), '-ab--c----', '4:a,b 8:c'],
    ['timeout', ({ in$ }) => in$.pipe(timeout(3)), '-a--------', '1:a 4:#Timeout has occurred'],
    ['interval', () => interval(3).pipe(take(2), map(String)), '----------', '3:0 6:1 6:|'],
    ['switchMap', ({ in$ }) => in$.pipe(switchMap((x) => timer(3).pipe(map(() => x)))), '-ab-------', '5:b'],
    ['concatMap', ({ in$ }) => in$.pipe(concatMap((x) => timer(3).pipe(map(() => x)))), '-ab-------', '4:a 7:b'],
    ['scan', ({ in$ }) => in$.pipe(scan((all, x) => all + x, '')), '-a-b-c|', '1:a 3:ab 5:abc 6:|'],
    ['asap', ({ in$ }) => in$.pipe(observeOn(asapScheduler)), '-a-b------', '1:a 3:b'],
  ])('moves %s of RxJS', async (_name, handler, lane, out) => {
    expect(seen(await play(handler, { lanes: { in: lane } }))).toBe(out);
  });

  const answersAfter =
    (wait: (milliseconds: number) => Promise<unknown>) =>
    ({ in$ }: Texts): unknown =>
      in$.pipe(mergeMap(async (x) => wait(4).then(() => x)));

  test.each<[string, (milliseconds: number) => Promise<unknown>]>([
    ['setTimeout', (ms) => new Promise((resolve) => setTimeout(resolve, ms))],
    ['a named import of node:timers', (ms) => new Promise((resolve) => namedSetTimeout(resolve, ms))],
    ['the default import of node:timers', (ms) => new Promise((resolve) => timersDefault.setTimeout(resolve, ms))],
    ['a named import of node:timers/promises', (ms) => sleep(ms)],
    [
      'an import of node:timers/promises at run time',
      async (ms) => (await import('node:timers/promises')).setTimeout(ms),
    ],
    [
      'AbortSignal.timeout',
      (ms) => new Promise((resolve) => AbortSignal.timeout(ms).addEventListener('abort', resolve)),
    ],
  ])('moves %s', async (_name, wait) => {
    expect(seen(await play(answersAfter(wait), { lanes: { in: '-a--b------' } }))).toBe('5:a 8:b');
  });

  test('moves setInterval, until it is cleared', async () => {
    const handler = async function* (): AsyncGenerator<string> {
      const ticks = new Subject<void>();
      const ticking = setInterval(() => ticks.next(), 3);
      try {
        for (const name of ['a', 'b']) {
          await new Promise<void>((resolve) => ticks.pipe(take(1)).subscribe({ complete: resolve }));
          yield name;
        }
      } finally {
        clearInterval(ticking);
      }
    };
    const result = await play(handler, { lanes: { in: '----------' } });
    expect(seen(result)).toBe('3:a 6:b 6:|');
    expect(result.timersLeft).toEqual([]);
  });

  test('keeps setImmediate in its instant', async () => {
    const handler = answersAfter(() => new Promise((resolve) => setImmediate(resolve)));
    expect(seen(await play(handler, { lanes: { in: '-a-b--' } }))).toBe('1:a 3:b');
  });

  test('is what Date and performance say', async () => {
    const handler = ({ in$ }: Texts): unknown => {
      const start = performance.now();
      return in$.pipe(map(() => `${Date.now()} ${new Date().toISOString()} ${performance.now() - start}`));
    };
    const result = await play(handler, { lanes: { in: '--a-' } });
    expect(seen(result)).toBe('2:946684800002 2000-01-01T00:00:00.002Z 2');
  });

  test('begins at the epoch', async () => {
    const epoch = Date.UTC(2026, 1, 28, 23, 59, 59, 999);
    const handler = ({ in$ }: Texts): unknown => in$.pipe(map(() => new Date().toISOString()));
    const result = await play(handler, { lanes: { in: 'ab' }, settings: { epoch } });
    expect(seen(result)).toBe('0:2026-02-28T23:59:59.999Z 1:2026-03-01T00:00:00.000Z');
    expect(result.trace.epoch).toBe(epoch);
  });

  test('is the same for all clocks of Node', async () => {
    const handler = ({ in$ }: Texts): unknown => {
      const [start, [seconds = 0]] = [process.hrtime.bigint(), process.hrtime()];
      return in$.pipe(
        map(() => `${(process.hrtime.bigint() - start) / 1_000_000n} ms, ${process.hrtime()[0] - seconds} s`),
      );
    };
    expect(seen(await play(handler, { lanes: { in: '- 2s a' } }))).toBe('2001:2001 ms, 2 s');
  });

  test('leaps over hours at once', async () => {
    const handler = ({ in$ }: Texts): unknown => in$.pipe(delay(3_600_000));
    expect(seen(await play(handler, { lanes: { in: 'a 1h 1h b 1h --' } }))).toBe(`3600000:a 10800001:b`);
  });

  test('has columns as long as the tick', async () => {
    const handler = ({ in$ }: Texts): unknown => in$.pipe(delay(1_500));
    expect(seen(await play(handler, { lanes: { in: '-a--' }, settings: { tick: 1_000 } }))).toBe('2500:a');
  });
});

describe('microtasks', () => {
  test('are real: 500 awaits take no time', async () => {
    const handler = ({ in$ }: Texts): unknown =>
      in$.pipe(
        mergeMap(async (x) => {
          for (let count = 0; count < 500; count++) await Promise.resolve();
          return x;
        }),
      );
    expect(seen(await play(handler, { lanes: { in: '-ab--c' } }))).toBe('1:a 2:b 5:c');
  });

  test('run between two timers of one instant', async () => {
    const said: string[] = [];
    const handler = (): void => {
      setTimeout(() => {
        said.push('first timer');
        void Promise.resolve().then(() => said.push('its microtask'));
        process.nextTick(() => said.push('its tick'));
      }, 2);
      setTimeout(() => said.push('second timer'), 2);
    };
    await play(handler, { lanes: { in: '-----' } });
    expect(said).toEqual(['first timer', 'its tick', 'its microtask', 'second timer']);
  });

  test('carry an async generator, which is returned when the peer leaves', async () => {
    const said: string[] = [];
    const handler = async function* (): AsyncGenerator<string> {
      try {
        for (let count = 1; ; count++) {
          await sleep(3);
          yield String(count);
        }
      } finally {
        said.push('returned');
      }
    };
    expect(seen(await play(handler, { lanes: { in: '-------|---' } }))).toBe('3:1 6:2');
    expect(said).toEqual(['returned']);
  });
});

describe('inputs and timers of one instant', () => {
  const debounced = ({ in$ }: Texts): Observable<string> => in$.pipe(debounceTime(2));

  test('come in the order that the run is told', async () => {
    const lanes = { in: '-a-b-----' };
    expect(seen(await play(debounced, { lanes, order: 'inputs first' }))).toBe('5:b');
    expect(seen(await play(debounced, { lanes, order: 'timers first' }))).toBe('3:a 5:b');
  });

  test('come in that order also where the timer was set before', async () => {
    const handler = ({ in$ }: Texts): unknown => merge(timer(3).pipe(map(() => 'timer')), in$);
    expect(seen(await play(handler, { lanes: { in: '---a-' }, order: 'inputs first' }))).toBe('3:a 3:timer');
    expect(seen(await play(handler, { lanes: { in: '---a-' }, order: 'timers first' }))).toBe('3:timer 3:a');
  });

  test('come in that order also at the first instant', async () => {
    const handler = ({ in$ }: Texts): unknown => merge(timer(0).pipe(map(() => 'timer')), in$);
    expect(seen(await play(handler, { lanes: { in: 'a-' }, order: 'inputs first' }))).toBe('0:a 0:timer');
  });

  test('leave inputs of one instant in the order in which they are written', async () => {
    const all: string[] = [];
    const handler = ({ in$ }: Texts): unknown =>
      in$.pipe(
        tap((x) => all.push(x)),
        ignoreElements(),
      );
    for (const order of ['inputs first', 'timers first'] as const) {
      await play(handler, { lanes: { 'b.in': '-(xy)', 'a.in': '-z' }, order });
    }
    expect(all.join('')).toBe('xyzxyz');
  });
});

describe('several parties', () => {
  const room = (): ((channel: Texts) => Observable<string>) => {
    const said = new Subject<string>();
    return ({ in$ }) =>
      merge(
        said,
        in$.pipe(
          tap((x) => said.next(x)),
          ignoreElements(),
        ),
      );
  };

  test('meet in one handler, from the instant at which they connect', async () => {
    const lanes = { 'ann.in': '^-h---|--', 'bob.in': '-^---y---', 'cyd.in': '----^----' };
    const result = await play(room(), { lanes });
    expect(seen(result, 'ann.out')).toBe('2:h 5:y');
    expect(seen(result, 'bob.out')).toBe('2:h 5:y');
    expect(seen(result, 'cyd.out')).toBe('5:y');
    expect(seen(result, 'ann.sub')).toBe('0:^ 6:!');
    expect(seen(result, 'cyd.sub')).toBe('4:^');
  });
});

describe('the end of a run', () => {
  test('is before the instant of its last column is over', async () => {
    const handler = (): unknown => interval(1).pipe(map(String));
    expect(seen(await play(handler, { lanes: { in: '---' } }))).toBe('1:0 2:1');
  });

  test('cuts what is still subscribed, which leaves no timers', async () => {
    const { timersLeft, trace } = await play(() => interval(5).pipe(map(String)), { lanes: { in: '---' } });
    expect(timersLeft).toEqual([]);
    expect(seen({ trace })).toBe('');
  });

  test('counts the timers that are left', async () => {
    const handler = ({ in$ }: Texts): unknown => {
      setInterval(() => {}, 1_000);
      setTimeout(() => {}, 1_000);
      return in$;
    };
    expect((await play(handler, { lanes: { in: '---' } })).timersLeft.map(({ by, delay }) => `${by} ${delay}`)).toEqual(
      ['setInterval 1000', 'setTimeout 1000'],
    );
  });

  test('counts no timer of a signal, which keeps nothing alive', async () => {
    const handler = ({ in$ }: Texts): unknown => {
      AbortSignal.timeout(1);
      AbortSignal.timeout(1_000);
      return in$;
    };
    expect((await play(handler, { lanes: { in: '---' } })).timersLeft).toEqual([]);
  });
});
