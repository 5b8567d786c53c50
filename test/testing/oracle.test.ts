import fc from 'fast-check';
import {
  asyncScheduler,
  auditTime,
  bufferCount,
  bufferTime,
  concatMap,
  debounceTime,
  delay,
  distinctUntilChanged,
  exhaustMap,
  filter,
  ignoreElements,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  observeOn,
  of,
  repeat,
  retry,
  sampleTime,
  scan,
  startWith,
  switchMap,
  take,
  throttleTime,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { anyLane } from 'sluice/testing/fast-check';
import { describe, expect, test } from 'vitest';
import { play, seen } from './play.ts';

/*
 * The same handlers in this engine and in RxJS's TestScheduler leave the same trace. TestScheduler has one order of what
 * is due at the same instant, so runs that differ by that order are not held against it. Lanes end without `|`: where the
 * peer closes, a channel sends nothing any more, while TestScheduler knows no channels.
 */

type Texts = { readonly in$: Observable<string> };
type TextHandler = (channel: Texts) => Observable<string>;

const later =
  (milliseconds: number) =>
  (text: string): Observable<string> =>
    timer(milliseconds).pipe(map(() => text.toUpperCase()));

const handlers: Readonly<Record<string, TextHandler>> = {
  echo: ({ in$ }) => in$,
  debounce: ({ in$ }) => in$.pipe(debounceTime(3)),
  throttle: ({ in$ }) => in$.pipe(throttleTime(3)),
  'throttle, trailing': ({ in$ }) => in$.pipe(throttleTime(3, asyncScheduler, { leading: false, trailing: true })),
  audit: ({ in$ }) => in$.pipe(auditTime(2)),
  sample: ({ in$ }) => in$.pipe(sampleTime(4)),
  buffer: ({ in$ }) => in$.pipe(bufferTime(4), map(String)),
  'buffer of two': ({ in$ }) => in$.pipe(bufferCount(2), map(String)),
  timeout: ({ in$ }) => in$.pipe(timeout(5)),
  'timeout with another': ({ in$ }) => in$.pipe(timeout({ each: 4, with: () => of('late') })),
  delay: ({ in$ }) => in$.pipe(delay(3)),
  'delay of nothing': ({ in$ }) => in$.pipe(delay(0)),
  'a later scheduler': ({ in$ }) => in$.pipe(observeOn(asyncScheduler)),
  heartbeat: ({ in$ }) => merge(in$, interval(5).pipe(map((count) => `beat ${count}`))),
  'heartbeat from the start': () => timer(0, 4).pipe(map(String)),
  scan: ({ in$ }) => in$.pipe(scan((all, text) => all + text, '')),
  switchMap: ({ in$ }) => in$.pipe(switchMap(later(3))),
  mergeMap: ({ in$ }) => in$.pipe(mergeMap(later(3))),
  concatMap: ({ in$ }) => in$.pipe(concatMap(later(3))),
  exhaustMap: ({ in$ }) => in$.pipe(exhaustMap(later(3))),
  distinct: ({ in$ }) => in$.pipe(distinctUntilChanged(), startWith('hello')),
  take: ({ in$ }) => in$.pipe(take(2)),
  silence: ({ in$ }) =>
    in$.pipe(
      filter(() => false),
      ignoreElements(),
    ),
  repeat: () => timer(3).pipe(map(String), repeat({ count: 3, delay: 1 })),
  retry: () =>
    timer(2).pipe(
      mergeMap(() => throwError(() => new Error('broken'))),
      retry({ count: 2, delay: 3 }),
    ),
};

const lanes = ['--a--b---', '-ab---c-------', 'abcabc----c-', '-a-b-c-d-e-f-g-', '--------------', 'a'];

/** What RxJS's own engine sees within the same columns. */
function inTestScheduler(handler: TextHandler, lane: string): string {
  const log: string[] = [];
  const scheduler = new TestScheduler(() => {});
  scheduler.run(({ hot }) => {
    const in$ = hot(lane);
    const tell = (what: string): void => void log.push(`${scheduler.frame}:${what}`);
    const all = handler({ in$ }).subscribe({
      next: (text) => tell(text),
      complete: () => tell('|'),
      error: (error: Error) => tell(`#${error.message}`),
    });
    timer(lane.length).subscribe(() => all.unsubscribe());
  });
  return log.filter((line) => Number.parseInt(line, 10) < lane.length).join(' ');
}

/** What this engine sees; `undefined` where that depends on the order of ties. */
async function inThisEngine(handler: TextHandler, lane: string): Promise<string | undefined> {
  const [inputsFirst, timersFirst] = [
    seen(await play(handler as never, { lanes: { in: lane }, order: 'inputs first' })),
    seen(await play(handler as never, { lanes: { in: lane }, order: 'timers first' })),
  ];
  return inputsFirst === timersFirst ? inputsFirst : undefined;
}

describe('the engine and TestScheduler', () => {
  test.each(Object.entries(handlers))('see the same of %s', async (_name, handler) => {
    let held = 0;
    for (const lane of lanes) {
      const here = await inThisEngine(handler, lane);
      if (here === undefined) continue;
      expect(`${lane} ${here}`).toBe(`${lane} ${inTestScheduler(handler, lane)}`);
      held++;
    }
    expect(held).toBeGreaterThanOrEqual(lanes.length / 2);
  });

  test('see the same of any handler with any inputs', async () => {
    const anyHandler = fc.constantFrom(...Object.entries(handlers));
    let held = 0;
    await fc.assert(
      fc.asyncProperty(anyHandler, anyLane('abc', 25), async ([, handler], cells) => {
        const lane = `${cells}-`;
        const here = await inThisEngine(handler, lane);
        if (here === undefined) return;
        expect(here).toBe(inTestScheduler(handler, lane));
        held++;
      }),
      { numRuns: 500 },
    );
    expect(held).toBeGreaterThan(300);
  });
});
