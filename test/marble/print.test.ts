import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sequence } from '../../src/marble/given.ts';
import { scenarioOf } from '../../src/marble/in-code.ts';
import { parseMarbles } from '../../src/marble/parse.ts';
import { print, printScenario } from '../../src/marble/print.ts';
import { anyFile, withoutPositions } from './any-file.ts';

describe('print', () => {
  test('is the inverse of parse, but for positions', () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        const text = print(file);
        expect(withoutPositions(parseMarbles(text)), text).toEqual(withoutPositions(file));
      }),
      { numRuns: 1_000 },
    );
  });

  test('writes settings in their order, then prose, lanes and legend', () => {
    const text =
      'tick: 1s\n\n== a ==\n  a = json {"b":[1,<id:1>]}\n  in a-\n  time ----[9s]\n  out (a|)\n> prose\nurl: /b\nuse: ./a.ts#b()\n== b ==\n  out -';
    expect(print(parseMarbles(text))).toBe(
      [
        ...['tick: 1s', '', '== a ==', 'use: ./a.ts#b()', 'url: /b', '> prose'],
        ...['  time  ----[9s]', '  in    a-------', '  out   (a|)----', '  a = json {"b": [1, <id:1>]}', ''],
        ...['== b ==', '  out  -', ''],
      ].join('\n'),
    );
  });
});

describe('printScenario', () => {
  test('writes of the settings only those that differ from the file', () => {
    const { settings, scenarios } = parseMarbles('tick: 1s\nties: inputs first\n== a ==\nties: same\n  out --a');
    expect(scenarios.map((scenario) => printScenario(scenario, settings))).toEqual([
      '== a ==\nties: same\n  out  --a\n',
    ]);
  });

  test('writes jumps in as many columns as they had', () => {
    const time = '[1000ms]-[1s]-[1.5s]-[007s]-';
    const text = `== a ==\n  time  ${time}\n  out   ${'--------a'.padEnd(time.length, '-')}\n`;
    expect(parseMarbles(text).scenarios.map((scenario) => printScenario(scenario))).toEqual([text]);
  });

  test('lays out anew what has no column', () => {
    const { scenarios } = parseMarbles('== a ==\n  out  a-----');
    const [scenario] = scenarios;
    const [lane] = scenario?.lanes ?? [];
    const [event] = lane?.events ?? [];
    if (scenario === undefined || lane === undefined || event === undefined) throw new Error('not read');
    const late = { ...scenario, duration: 2_001, lanes: [{ ...lane, events: [event, { ...event, time: 2_000 }] }] };
    expect(printScenario(late)).toBe('== a ==\n  time  -[1999ms]-\n  out   a--------a\n');
  });

  test('writes a scenario given in code', () => {
    const scenario = scenarioOf({
      title: 'a',
      lanes: { out: 'g 30s h' },
      values: { g: sequence('h', 'i') },
    });
    expect(printScenario(scenario)).toBe('== a ==\n  time  -[30s]-\n  out   g-----h\n  g = (h i)\n');
  });

  test('refuses a group that its own lane has no columns for', () => {
    const { scenarios } = parseMarbles('== a ==\n  out  (ab)--a');
    const [scenario] = scenarios;
    const [lane] = scenario?.lanes ?? [];
    if (scenario === undefined || lane === undefined) throw new Error('not read');
    const tight = { ...lane, events: lane.events.map((event) => ({ ...event, time: event.time === 0 ? 0 : 2 })) };
    expect(() => printScenario({ ...scenario, lanes: [tight] })).toThrow('a in out at 2 ms has no column of its own.');
  });
});
