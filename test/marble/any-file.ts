import fc from 'fast-check';
import { durationForms } from '../../src/marble/duration.ts';
import { isLaneKind, laneRules, whyNotSent } from '../../src/marble/lane-kinds.ts';
import type {
  Jump,
  Lane,
  LaneEvent,
  LaneKind,
  LegendEntry,
  MarbleFile,
  Scenario,
  Settings,
  Timeline,
} from '../../src/marble/scenario.ts';
import { defaultSettings } from '../../src/marble/settings.ts';
import { jumpAround, timeAt } from '../../src/marble/timeline.ts';
import { anyJson, anyText, anyTextValue, anyValue } from './any-value.ts';

const position = { line: 1, column: 1 };

/** Everything but where it stands in the text. */
export function withoutPositions(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutPositions);
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return part;
  const kept = Object.entries(part).filter(([key]) => key !== 'position');
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutPositions(value)]));
}

const anyReference = fc.record({
  module: fc.constantFrom('./room.ts', '../a#b/c.js', '@scope/name', 'node:path'),
  name: fc.constantFrom('room', '$', 'größe', 'default'),
});
const anyGiven = fc.oneof(
  anyJson.map((json) => ({ json })),
  anyReference.map((from) => ({ from })),
);
const anyWord = fc.stringMatching(/^[a-z][a-z0-9.-]{0,6}$/);

/** Settings that a text can say; those left out are those of the file. */
const anySettings: fc.Arbitrary<Partial<Settings>> = fc
  .record(
    {
      use: fc.tuple(anyReference, fc.boolean()).map(([reference, call]) => ({ ...reference, call })),
      context: anyGiven,
      params: fc.dictionary(anyWord, anyText, { maxKeys: 2 }),
      tick: fc.constantFrom(1, 10, 250, 1_000, 90_000),
      timing: fc.oneof(
        fc.constantFrom('exact' as const, 'order' as const),
        fc.constantFrom({ within: 20 }, { within: 1_500 }),
      ),
      ties: fc.constantFrom('same' as const, 'inputs first' as const, 'timers first' as const),
      leaks: fc.constantFrom('ok' as const, 'fail' as const),
      url: fc.constantFrom('/', '/chat?room=7', '/ü/%20'),
      headers: fc.dictionary(anyWord, fc.oneof(anyText, fc.array(anyText, { maxLength: 2 })), { maxKeys: 2 }),
      protocols: fc.uniqueArray(anyWord, { maxLength: 2 }).filter(([first]) => first !== 'none'),
      options: anyGiven,
      epoch: fc.nat(),
      only: fc.boolean(),
      skip: fc.constantFrom<string | false>(false, 'needs the hub', 'no: later'),
    },
    { requiredKeys: [] },
  )
  .map((settings) => settings);

const anyJumps = fc
  .array(
    fc.record({
      gap: fc.nat(3),
      ms: fc.constantFrom(1, 15, 1_500, 29_000, 3_600_000),
      form: fc.nat(3),
      zeros: fc.nat(2),
    }),
    {
      maxLength: 2,
    },
  )
  .map((specs) => {
    let column = 0;
    return specs.map(({ gap, ms, form, zeros }): Jump => {
      const forms = durationForms(ms);
      const jump = {
        column: column + gap,
        columns: (forms[form % forms.length] ?? '').length + 2 + zeros,
        duration: ms,
      };
      column = jump.column + jump.columns;
      return jump;
    });
  });

const anyCells = fc.array(
  fc.record({ gap: fc.nat(3), picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), group: fc.boolean() }),
  { maxLength: 4 },
);
const laneNames = [
  'in',
  'out',
  'sub',
  'wire',
  'peer',
  'buf',
  'drop',
  'log',
  'do',
  'p.push',
  'p.seen',
  'ann.in',
  'ann.out',
];
const anyLanes = fc
  .subarray(laneNames)
  .map((names) => {
    const answers = names.flatMap((name) =>
      /^(ann\.)?in$|^peer$/.test(name) ? [name.replace(/in$|peer$/, 'out')] : [],
    );
    return [...new Set([...names, ...answers, ...(names.every(isScripted) ? ['out'] : [])])];
  })
  .chain((names) =>
    fc.tuple(...names.map((name) => fc.record({ name: fc.constant(name), cells: anyCells, ends: fc.boolean() }))),
  );

const kindOf = (name: string): LaneKind => {
  const kind = name.slice(name.indexOf('.') + 1);
  return isLaneKind(kind) ? kind : 'in';
};
const isScripted = (name: string): boolean => laneRules[kindOf(name)].role === 'scripted';

const anyLegend = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...'ABCXYZhex19ßλ•é@①'), { minLength: 3, maxLength: 8 }),
    fc.array(anyValue, { minLength: 6, maxLength: 6 }),
    anyTextValue,
  )
  .map(([[first = 'A', second = 'B', ...rest], values, text]): LegendEntry[] => [
    { symbol: first, value: { kind: 'sequence', items: [second, 'q', second] }, position },
    { symbol: second, value: text, position },
    ...rest.map((symbol, index) => ({ symbol, value: values[index] ?? text, position })),
  ]);

const ending = ['end', 'close', 'lost', 'error', 'reject', 'terminate', 'connect'];

/** Builds a lane out of picks, such that it keeps every rule of the language. */
function buildLane(
  {
    name,
    cells,
    ends,
  }: { name: string; cells: ReadonlyArray<{ gap: number; picks: number[]; group: boolean }>; ends: boolean },
  legend: readonly LegendEntry[],
  timeline: Timeline,
): { lane: Lane; columns: number } {
  const kind = kindOf(name);
  const rule = laneRules[kind];
  const meanings = new Map<string, LegendEntry['value']>();
  if (rule.values.length > 0) for (const self of 'abq7') meanings.set(self, { kind: 'text', text: self });
  if (rule.values.length > 0) for (const { symbol, value } of legend) meanings.set(symbol, value);
  for (const [symbol, value] of Object.entries(rule.marks)) meanings.set(symbol, value);
  const usable = [...meanings].filter(([, value]) => {
    if (value.kind === 'sequence') return true;
    const isMark = Object.values(rule.marks).includes(value);
    return (
      !ending.includes(value.kind) &&
      (isMark || (rule.values.includes(value.kind) && (rule.role !== 'scripted' || whyNotSent(value) === undefined)))
    );
  });
  const events: LaneEvent[] = [];
  let column = 0;
  let subscribed = false;
  const fits = (length: number): boolean =>
    Array.from({ length }, (_, offset) => jumpAround(timeline.jumps, column + offset)).every(
      (jump) => jump === undefined,
    );
  const put = (symbols: readonly string[], group: boolean): void => {
    const cell = group ? `(${symbols.join('')})` : (symbols[0] ?? '');
    while (!fits(cell.length)) column += 1;
    for (const written of group ? symbols : symbols.slice(0, 1)) {
      const value = meanings.get(written);
      const items = value?.kind === 'sequence' ? value.items : [written];
      for (const symbol of items) {
        const single = meanings.get(symbol);
        if (single !== undefined && single.kind !== 'sequence') {
          events.push({ time: timeAt(timeline, column), symbol, cell, position, value: single });
        }
      }
    }
    column += cell.length;
  };
  for (const { gap, picks, group } of usable.length === 0 ? [] : cells) {
    column += gap;
    const symbols = picks.map((pick) => {
      if (kind !== 'sub') return usable[pick % usable.length]?.[0] ?? '';
      subscribed = !subscribed;
      return subscribed ? '^' : '!';
    });
    // Outside a group only the first symbol is put.
    if (kind === 'sub' && !group && symbols.length % 2 === 0) subscribed = !subscribed;
    put(symbols, group);
  }
  if (ends && Object.hasOwn(rule.marks, '|')) put(['|'], false);
  const party = name.includes('.') ? { party: name.slice(0, name.indexOf('.')) } : {};
  return { lane: { kind, ...party, name, position, events }, columns: column };
}

const anyTitle = fc.stringMatching(/^[a-zA-Zé=:#>(][a-z =🎉]{0,8}$/u).map((title) => title.trim());
const anyProse = fc
  .array(fc.constantFrom('', 'A count.', '# no comment', '  in --a', '== no title ==', 'ü'), { maxLength: 3 })
  .map((lines) => lines.join('\n'));

const anyScenario = fc
  .record({
    title: anyTitle,
    prose: anyProse,
    settings: anySettings,
    jumps: anyJumps,
    legend: anyLegend,
    lanes: anyLanes,
    extra: fc.nat(4),
  })
  .map(({ title, prose, settings, jumps, legend, lanes, extra }) => (file: Settings): Scenario => {
    const resolved = { ...file, ...settings };
    const endless: Timeline = { tick: resolved.tick, columns: Number.POSITIVE_INFINITY, jumps };
    const built = lanes.map((lane) => buildLane(lane, legend, endless));
    const lastJump = jumps.at(-1);
    const afterJumps = lastJump === undefined ? 1 : lastJump.column + lastJump.columns;
    const timeline: Timeline = {
      ...endless,
      columns: Math.max(afterJumps, ...built.map(({ columns }) => columns)) + extra,
    };
    const cells = new Set(
      built.flatMap(({ lane }) =>
        lane.kind.match(/^(sub|peer|buf|do)$/) ? [] : lane.events.flatMap(({ cell, symbol }) => [...cell, symbol]),
      ),
    );
    return {
      title,
      position,
      settings: resolved,
      prose,
      lanes: built.map(({ lane }) => lane),
      legend: legend.filter(({ symbol }) => cells.has(symbol)),
      timeline,
      duration: timeAt(timeline, timeline.columns),
    };
  });

/** Any file that a text can say: parties, groups, sequences, jumps, every kind of lane and value. */
export const anyFile: fc.Arbitrary<MarbleFile> = fc
  .tuple(anySettings, fc.array(anyScenario, { maxLength: 3 }))
  .map(([over, makers]) => {
    const settings: Settings = { ...defaultSettings, ...over };
    const made = makers.map((make) => make(settings));
    const scenarios = made.filter(({ title }, index) => made.findIndex((other) => other.title === title) === index);
    return { settings, scenarios, problems: [] };
  });
