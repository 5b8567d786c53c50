import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../src/marble/draw/text-width.ts';
import { toText } from '../../src/marble/draw-text.ts';
import {
  everything,
  examples,
  longValues,
  room,
  scenarioOf,
  silentPeer,
  sixtyColumns,
  withoutEach,
} from './draw-examples.ts';

describe('the text drawing of a scenario', () => {
  test('looks like its file, with lines', () => {
    expect(toText(examples['an echo'] ?? room)).toMatchInlineSnapshot(`
      "a title

              0    5 ms
              ╷    ╷
        in   ┝──a──b──┃
        out  ┝──a──b──┃
        sub   ┝━━━━━━━┥
      "
    `);
  });

  test('begins the lanes of a party where it connects', () => {
    expect(toText(room)).toMatchInlineSnapshot(`
      "a title

                   0    5 ms
                   ╷    ╷
        ann  in    ┝──h─────┃
             out   ┝──H──Y──┃

        bob  in     ┝────y───
             out    ┝─H──Y───

        h  "hi"
        y  "yo"
        H  "1:hi"
        Y  "2:yo"
      "
    `);
  });

  test('writes the length of jumps above their dots', () => {
    expect(toText(silentPeer)).toMatchInlineSnapshot(`
      "a title

               0     30 s 40 s
               ╷[29s]╷[9s]╷
        in    ┝─┄┄┄┄┄─┄┄┄┄──
        wire  ┝─┄┄┄┄┄P┄┄┄┄T

        P  ping
        T  terminate
      "
    `);
  });

  test('shows everything that a lane can hold', () => {
    expect(toText(everything)).toMatchInlineSnapshot(`
      "a title

                       0         10 ms
                       ╷         ╷
                in     ┝─aPO─X
                out    ┝hjbsxyE
                wire   ┝(hj)PQ─K─O─T
                sub    ─┝━━┥──┝━━┥───
                peer   ──x░░r──2░░░░░
                buf    ─1▁3▃▃0───────
                drop   ┝╌a╌╌(bc)╌╌╌╌╌
                do    ┝─1──2─────────
                log   ┝─l────────────

        prices  push  ┝─a─j─╳
                seen  ┝──a─j─┃

        bob     in    ┝─a──╱
                out   ┝R

        h  "Hello <b>&\\"you\\""
        j  json {"k": 4, "at": <now>}
        b  hex 01 ff 00
        s  bytes 65536
        x  text /^h.*o$/i
        y  any
        P  ping
        Q  ping
        O  pong
        T  terminate
        K  close 4001 "kicked"
        X  close 4003 "enough of this"
        E  error TypeError "no such room"
        R  reject 401 "token missing"
        l  "listening"
        ╱  lost without a Close
      "
    `);
  });

  test('goes on below when it is wider than a terminal', () => {
    const long = scenarioOf(`  in   ${'---------a'.repeat(11)}\n  out  ${'-----b'.repeat(19)}|`);
    expect(toText(long)).toMatchInlineSnapshot(`
      "a title

              0         10 ms     20 ms     30 ms     40 ms     50 ms     60 ms
              ╷         ╷         ╷         ╷         ╷         ╷         ╷
        in   ┝─────────a─────────a─────────a─────────a─────────a─────────a─────────a──
        out  ┝─────b─────b─────b─────b─────b─────b─────b─────b─────b─────b─────b─────b

              72 ms   80 ms     90 ms     100 ms    110 ms
              ╷       ╷         ╷         ╷         ╷
        in    ───────a─────────a─────────a─────────a─────
        out   ─────b─────b─────b─────b─────b─────b─────b┃
      "
    `);
  });

  test.each(Object.entries(examples))('is at most 80 columns wide: %s', (_name, scenario) => {
    for (const line of toText(scenario).split('\n')) {
      expect(columnsOf(line), line).toBeLessThanOrEqual(80);
      expect(line).toBe(line.trimEnd());
    }
  });

  test.each(Object.entries(examples))('shows every event: without any of them it is another: %s', (_name, scenario) => {
    // The events of a sequence stand behind one letter, which stays when one of them is left out.
    const letters = scenario.legend.filter(({ value }) => value.kind === 'sequence').map(({ symbol }) => symbol);
    for (const { event, rest } of withoutEach(scenario)) {
      if (event.cell.length > 1 || letters.includes(event.cell)) continue;
      expect(toText(rest), `${event.symbol} at ${event.time}`).not.toBe(toText(scenario));
    }
  });

  test('has no control characters, whatever the values hold', () => {
    const text = toText({
      ...scenarioOf('  in   -X\n  X = "\\u001b[2J\\u009b\\u202e"'),
      title: '\u001b]0;title\u0007',
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(text.replaceAll('\n', '')).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e]/);
  });

  test('cuts long values with an ellipsis', () => {
    expect(toText(longValues).match(/…$/gm)).toHaveLength(3);
  });

  test('notes a group that does not fit before the next event', () => {
    const [lane, ...others] = scenarioOf('  out  -(ab)c').lanes;
    const narrow = lane && {
      ...lane,
      events: lane.events.map((event) => ({ ...event, time: Math.min(2, event.time) })),
    };
    expect(toText({ ...sixtyColumns, lanes: narrow ? [narrow, ...others] : [], legend: [] })).toContain(
      '⊕  (ab) in out at 1 ms',
    );
  });
});
