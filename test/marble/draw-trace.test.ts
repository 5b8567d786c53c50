import { describe, expect, test } from 'vitest';
import { toSvg } from '../../src/marble/draw-svg.ts';
import { toText } from '../../src/marble/draw-text.ts';
import { drawable } from '../../src/marble/draw-trace.ts';
import type { Seen, Trace, TraceLane } from '../../src/marble/trace.ts';
import { scenarioOf } from './draw-examples.ts';

const trace = (duration: number, ...lanes: TraceLane[]): Trace => ({ lanes, duration, epoch: 0 });
const out = (...events: ReadonlyArray<readonly [time: number, seen: Seen]>): TraceLane => {
  return { name: 'out', kind: 'out', events: events.map(([time, seen]) => ({ time, seen })) };
};
const text = (words: string): Seen => ({ kind: 'text', text: words });

describe('a trace', () => {
  test('is drawn below the scripted lanes of its scenario, with the symbols of the legend', () => {
    const scenario = scenarioOf('  in   --a--b--|\n  out  H-------|\n  H = "Hello"');
    const seen = trace(9, out([0, text('Hello')], [2, text('a')], [5, text('other')], [8, { kind: 'end' }]));
    expect(toText(drawable(seen, scenario))).toMatchInlineSnapshot(`
      "a title

              0    5 ms
              ╷    ╷
        in   ┝──a──b──┃
        out  ┝H─a──A──┃

        H  "Hello"
        A  "other"
      "
    `);
  });

  test('has a letter for what happens in one instant', () => {
    const seen = trace(4, out([1, text('a')], [1, text('long')], [1, { kind: 'end' }]));
    expect(toText(drawable(seen))).toMatchInlineSnapshot(`
      "        0
              ╷
        out  ┝─B

        A  "long"
        B  (a A |)
      "
    `);
  });

  test('is drawn with jumps where nothing happens for long', () => {
    const seen = trace(
      60_001,
      out([3, text('a')], [30_000, text('b')], [60_000, { kind: 'close', code: 4000, reason: '' }]),
    );
    expect(toText(drawable(seen))).toMatchInlineSnapshot(`
      "        0            30 s      1 min
              ╷   [29996ms]╷[29999ms]╷
        out  ┝───a┄┄┄┄┄┄┄┄┄b┄┄┄┄┄┄┄┄┄A

        A  close 4000
      "
    `);
  });

  test('shows values of subjects and errors that are no errors', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const seen: TraceLane = {
      name: 'prices.seen',
      kind: 'seen',
      party: 'prices',
      events: [{ k: 1 }, undefined, 7n, cycle].map((value, time) => ({ time, seen: { kind: 'value', value } })),
    };
    const svg = toSvg(drawable(trace(9, seen, out([3, { kind: 'error', error: 'why' }]))));
    for (const shown of ['{&quot;k&quot;: 1}', '&quot;undefined&quot;', '>7<', 'why']) expect(svg).toContain(shown);
  });

  test('keeps drawing when there are more values than letters', () => {
    const events = Array.from({ length: 200 }, (_, time) => [time, text(`value ${time}`)] as const);
    expect(toText(drawable(trace(200, out(...events))))).toContain('…');
  });
});
