import { describe, expect, test } from 'vitest';
import { parseMarbles } from '../../src/marble/parse.ts';
import type { Lane } from '../../src/marble/scenario.ts';
import { defaultSettings } from '../../src/marble/settings.ts';
import { eightExamples } from './eight-examples.ts';

/** A lane as `name time:symbol=value`, short enough to be read. */
const shown = ({ name, events }: Lane): string =>
  [
    name,
    ...events.map(({ time, symbol, value }) => `${time}:${symbol}=${'text' in value ? value.text : value.kind}`),
  ].join(' ');

const problemsOf = (text: string): string[] =>
  parseMarbles(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('the eight examples', () => {
  const { scenarios, problems, settings } = parseMarbles(eightExamples);
  const lanesOf = (index: number): string[] => (scenarios[index]?.lanes ?? []).map(shown);

  test('say who is tested', () => {
    expect(settings).toEqual({
      ...defaultSettings,
      use: { module: '../examples/basics.ts', name: 'echo', call: false, position: { line: 1, column: 6 } },
    });
    expect(scenarios.map(({ settings: { use } }) => `${use?.module} ${use?.name} ${use?.call}`)).toEqual([
      '../examples/basics.ts echo false',
      '../examples/basics.ts printAndGreet false',
      '../examples/basics.ts hello false',
      '../examples/room.ts room true',
      '../examples/feed.ts feed false',
      '../examples/basics.ts echo false',
      '../examples/secure.ts secure false',
    ]);
  });

  test('echo', () => {
    expect(lanesOf(0)).toEqual([
      'in 2:a=a 5:b=b 8:|=end',
      'out 2:a=a 5:b=b 8:|=end',
      'sub 0:^=subscribe 8:!=unsubscribe',
    ]);
    expect(scenarios[0]).toMatchObject({
      title: 'echo: every message comes back',
      position: { line: 3, column: 1 },
      prose: '',
      legend: [],
      timeline: { tick: 1, columns: 9, jumps: [] },
      duration: 9,
    });
    expect(scenarios[0]?.lanes[0]).toMatchObject({ kind: 'in', name: 'in', position: { line: 4, column: 3 } });
    expect(scenarios[0]?.lanes[0]?.events[1]).toEqual({
      time: 5,
      symbol: 'b',
      cell: 'b',
      position: { line: 4, column: 13 },
      value: { kind: 'text', text: 'b' },
    });
  });

  test('print each message and greet once', () => {
    expect(lanesOf(1)).toEqual(['in 2:a=a 5:b=b 8:|=end', 'out 0:h=Hello 8:|=end', 'log 2:a=a 5:b=b']);
    expect(scenarios[1]?.legend).toEqual([
      { symbol: 'h', value: { kind: 'text', text: 'Hello' }, position: { line: 13, column: 3 } },
    ]);
  });

  test('discard input: a group is one instant, its symbols have their own places', () => {
    expect(lanesOf(2)).toEqual(['in 2:a=a 5:b=b', 'out 0:h=Hello 0:|=end', 'sub']);
    expect(scenarios[2]?.lanes[1]?.events.map(({ cell, position }) => [cell, position.column])).toEqual([
      ['(h|)', 9],
      ['(h|)', 10],
    ]);
  });

  test('a room of three: lanes belong to parties', () => {
    expect(lanesOf(3)).toEqual([
      'ann.in 0:^=connect 3:h=hi 9:|=end',
      'ann.out 3:H=1:hi 6:Y=2:yo 9:|=end',
      'bob.in 1:^=connect 6:y=yo',
      'bob.out 3:H=1:hi 6:Y=2:yo',
      'cyd.in 4:^=connect',
      'cyd.out 6:Y=2:yo',
    ]);
    expect(scenarios[3]?.lanes.map(({ party }) => party)).toEqual(['ann', 'ann', 'bob', 'bob', 'cyd', 'cyd']);
    expect(scenarios[3]?.prose).toBe('Late comers see only what is said after they joined.');
  });

  test('slow consumer: a sequence is taken apart in its column', () => {
    expect(lanesOf(4)).toEqual([
      'peer 3:x=stop 13:r=resume',
      'out 2:0=0 13:4=4 13:5=5 14:6=6 16:7=7 16:|=end',
      'drop 8:1=1 10:2=2 12:3=3',
    ]);
    expect(scenarios[4]?.lanes[1]?.events.map(({ cell }) => cell)).toEqual(['0', 'g', 'g', '6', 'e', 'e']);
    expect(scenarios[4]?.settings.options).toEqual({
      from: { module: '../examples/feed.ts', name: 'keepTwo', position: { line: 38, column: 10 } },
    });
  });

  test('a silent peer: jumps make columns last longer', () => {
    expect(lanesOf(5)).toEqual(['in', 'wire 30000:P=ping 40000:T=terminate']);
    expect(scenarios[5]).toMatchObject({
      duration: 42_000,
      settings: { tick: 1_000, options: { json: { heartbeat: { every: 30_000, timeout: 10_000 } } } },
      timeline: {
        columns: 13,
        jumps: [
          { column: 1, columns: 5, duration: 29_000 },
          { column: 7, columns: 4, duration: 9_000 },
        ],
      },
    });
  });

  test('no token, no socket', () => {
    expect(lanesOf(6)).toEqual(['in 2:a=a', 'out 0:R=reject', 'sub']);
    expect(scenarios[6]?.lanes[1]?.events[0]?.value).toEqual({ kind: 'reject', status: 401, body: 'token missing' });
    expect(scenarios[6]?.settings.url).toBe('/chat');
  });

  test('the client has no lanes yet, and every one of them says so', () => {
    const why = 'The lanes dial, net, got are for the client, which this version cannot test yet.';
    expect(scenarios).toHaveLength(7);
    expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      `68:3 Found the client lane "dial", expected a lane of the server side. ${why}`,
      `69:3 Found the client lane "net", expected a lane of the server side. ${why}`,
      `70:3 Found the client lane "got", expected a lane of the server side. ${why}`,
    ]);
  });
});

describe('parseMarbles', () => {
  test('reads a text without scenarios', () => {
    for (const text of ['', '\n', '# only a comment\n\nuse: ./a.ts#b\n', '\ufeff']) {
      expect(parseMarbles(text)).toMatchObject({ scenarios: [], problems: [] });
    }
  });

  test('reads line ends of Windows and a byte order mark', () => {
    const { scenarios, problems } = parseMarbles('\ufeff== a ==\r\n  in   a|\r\n  out  a|\r\n');
    expect(problems).toEqual([]);
    expect(scenarios[0]?.lanes.map(shown)).toEqual(['in 0:a=a 1:|=end', 'out 0:a=a 1:|=end']);
  });

  test('fills a lane that is shorter than the longest one with dashes', () => {
    const { scenarios } = parseMarbles('== a ==\ntick: 1s\n  in   a\n  out  a----a\n  time [5s]');
    expect(scenarios[0]).toMatchObject({ duration: 7_000, timeline: { columns: 6 } });
  });

  test('puts the settings of a scenario over those of the file', () => {
    const { scenarios } = parseMarbles('tick: 1s\nties: inputs first\n== a ==\ntick: 10ms\n  out a\n== b ==\n  out a');
    expect(scenarios.map(({ settings: { tick, ties } }) => [tick, ties])).toEqual([
      [10, 'inputs first'],
      [1_000, 'inputs first'],
    ]);
  });

  test('leaves a broken scenario out, names each of its problems, and reads the others', () => {
    const { scenarios, problems } = parseMarbles(
      '== a ==\n  in -a\n  out X-\n  sub !\n== b ==\n  out a\n== c\n  out a',
    );
    expect(scenarios.map(({ title }) => title)).toEqual(['b']);
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [3, 7],
      [4, 7],
      [7, 5],
    ]);
  });

  test('leaves out what depends on a setting of the file that cannot be read', () => {
    const { scenarios, problems } = parseMarbles('tick: 1\n== a ==\n  out a\n== b ==\ntick: 1s\n  out a');
    expect(scenarios.map(({ title }) => title)).toEqual(['b']);
    expect(problems).toHaveLength(1);
  });

  test('counts lines and columns from the start that is given', () => {
    const { scenarios, problems } = parseMarbles('== a ==\n  out a\n  out X', { start: { line: 11, column: 5 } });
    expect(scenarios).toEqual([]);
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [13, 7],
      [13, 11],
    ]);
  });

  test('lets drafts through where they are wanted', () => {
    expect(parseMarbles('== a ==\n  in a').problems).toHaveLength(1);
    expect(parseMarbles('== a ==\n  in a', { drafts: true })).toMatchObject({
      problems: [],
      scenarios: [{ title: 'a' }],
    });
  });

  test.each([
    [
      'a lane before the first title',
      '  in --a',
      '1:1 Found a lane, expected a title first. It belongs to a scenario. Write for example == echo == above it.',
    ],
    [
      'prose before the first title',
      '> a',
      '1:1 Found prose, expected a title first. It belongs to a scenario. Write for example == echo == above it.',
    ],
    [
      'a line of the legend before the first title',
      '  a = "b"',
      '1:1 Found a line of the legend, expected a title first. It belongs to a scenario. Write for example == echo == above it.',
    ],
    [
      'a title twice',
      '== a ==\n  out a\n== a ==\n  out a',
      '3:1 Found the same title again, expected a title of its own. The first is in line 1. Titles tell scenarios apart.',
    ],
    [
      'a lane twice',
      '== a ==\n  out a\n  out a',
      '3:3 Found a second lane out, expected each lane once. The first is in line 2. Put both into one, or give them parties: ann.out.',
    ],
    [
      'a lane of no kind',
      '== a ==\n  ann.ouT a',
      '2:7 Found "ouT", expected a lane: in, out, sub, wire, peer, buf, drop, log, do, push, seen or time. Write out.',
    ],
    [
      'two time lanes',
      '== a ==\n  out a\n  time -\n  time -',
      '4:3 Found a second time lane, expected one time lane. All lanes share it. Put both into one.',
    ],
    [
      'a legend that no lane uses',
      '== a ==\n  out a\n  b = "b"',
      '3:3 Found a line for b, expected a symbol that a lane uses. Remove the line.',
    ],
    [
      'a legend for what a lane fixes',
      '== a ==\n  peer x\n  out a\n  x = "b"',
      '4:3 Found a line for x, expected a symbol that a lane uses. In a peer lane x always means the same.',
    ],
    [
      'an unknown symbol in a sequence',
      '== a ==\n  out g\n  g = (a Q)',
      '3:3 Found "Q" in the sequence g, expected a symbol that means something. Add a line to the legend, for example Q = "text". Only lower-case letters and digits stand for themselves.',
    ],
    [
      'a sequence in a sequence',
      '== a ==\n  out gh\n  g = (a h)\n  h = (a b)',
      '3:3 Found "h" in the sequence g, expected a symbol for a single value in the sequence. h is itself a sequence; write its items here.',
    ],
    [
      'an event in a jump',
      '== a ==\n  time -[3s]-\n  out  a-b---',
      '3:10 Found "b", expected - inside the jump. The time lane jumps here, and of the 4 columns of this jump only the first is an instant.',
    ],
    [
      'a group that reaches into a jump',
      '== a ==\n  time -[3s]-\n  out  (ab)--',
      '3:10 Found "(ab)", expected - inside the jump. The time lane jumps here, and of the 4 columns of this jump only the first is an instant.',
    ],
  ])('refuses %s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('lets an event stand at the first column of a jump', () => {
    const { scenarios } = parseMarbles('== a ==\n  time -[3s]-\n  out  -b---c');
    expect(scenarios[0]?.lanes.map(shown)).toEqual(['out 1:b=b 3001:c=c']);
  });

  test('says nothing more of a symbol whose legend is broken', () => {
    expect(problemsOf("== a ==\n  out XX\n  X = 'x'")).toEqual([
      `3:7 Found "'x'", expected a value. Use double quotes, as in JSON.`,
    ]);
  });
});
