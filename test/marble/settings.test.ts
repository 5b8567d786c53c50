import { describe, expect, test } from 'vitest';
import { parseMarbles } from '../../src/marble/parse.ts';
import { attempt } from '../../src/marble/problem.ts';
import { defaultSettings, isSettingKey, readSetting } from '../../src/marble/settings.ts';

const read = (line: string) => {
  const [key = ''] = line.split(':', 1);
  if (!isSettingKey(key)) throw new Error(`${key} is no setting`);
  return attempt(() => readSetting(key, line, key.length + 2));
};

describe('readSetting', () => {
  test.each([
    ['use: ./room.ts#room()', { use: { module: './room.ts', name: 'room', call: true } }],
    ['use: #internal/x#y', { use: { module: '#internal/x', name: 'y', call: false } }],
    ['context: {"user":"ann"}', { context: { json: { user: 'ann' } } }],
    ['context: null', { context: { json: null } }],
    ['options: ./a.ts#b', { options: { from: { module: './a.ts', name: 'b' } } }],
    ['params: {"room":"7"}', { params: { room: '7' } }],
    ['tick: 10ms', { tick: 10 }],
    ['timing: exact', { timing: 'exact' }],
    ['timing: within 20ms', { timing: { within: 20 } }],
    ['ties: timers first', { ties: 'timers first' }],
    ['leaks: ok', { leaks: 'ok' }],
    ['url: /chat?room=7', { url: '/chat?room=7' }],
    ['headers: {"cookie":"id=1","x":["a","b"]}', { headers: { cookie: 'id=1', x: ['a', 'b'] } }],
    ['protocols: v2, v1', { protocols: ['v2', 'v1'] }],
    ['protocols: none', { protocols: [] }],
    ['epoch: 2000-01-01T00:00:00Z', { epoch: defaultSettings.epoch }],
    ['epoch: 1970-01-02', { epoch: 86_400_000 }],
    ['epoch: 5', { epoch: 5 }],
    ['only: yes', { only: true }],
    ['skip: needs the hub', { skip: 'needs the hub' }],
    ['skip: no', { skip: false }],
  ])('reads %s', (line, setting) => {
    expect(read(`${line}  `)).toEqual({ result: setting });
  });

  test.each([
    ['use: ./room.ts', 5, '"./room.ts"', 'a module and its export'],
    ['use: ./room.ts#', 5, '"./room.ts#"', 'the name of an export after #'],
    ['use: ./a.ts#b (tried)', 14, '"("', 'the end of the line'],
    ['context: {"a": <any>}', 15, '"<any>"', 'plain JSON'],
    ['params: {"room": 7}', 8, '"room": 7', 'a JSON object of strings'],
    ['params: ./a.ts#b', 8, '"./a.ts#b"', 'a JSON object of strings'],
    ['tick: 10', 6, '"10"', 'a duration'],
    ['timing: loose', 8, '"loose"', 'exact, order or within 20ms'],
    ['ties: ', 6, 'the end of the line', 'same, inputs first or timers first'],
    ['leaks: no', 7, '"no"', 'fail or ok'],
    ['url: chat', 5, '"chat"', 'a path that begins with /'],
    ['headers: {"a":[1]}', 9, '"a": [1]', 'a JSON object of strings or lists of strings'],
    ['protocols: a,,b', 13, '","', 'a subprotocol'],
    ['epoch: today', 7, '"today"', 'a date'],
    ['epoch: 2026-99-99', 7, '"2026-99-99"', 'a date'],
    ['only: maybe', 6, '"maybe"', 'yes or no'],
    ['skip: yes', 6, '"yes"', 'why it is skipped, or no'],
  ])('refuses %s', (line, at, found, expected) => {
    expect(read(line)).toMatchObject({ mistake: { at, found, expected } });
  });
});

describe('settings in a file', () => {
  test.each([
    [
      'tik: 1s',
      '1:1 Found "tik:", expected a setting: use, context, params, tick, timing, ties, leaks, url, headers, protocols, options, epoch, only, skip.',
    ],
    ['tick: 1s\ntick: 2s', '2:1 Found "tick:" again, expected each setting once. Remove one of the two.'],
    [
      'use ./a.ts#b',
      '1:1 Found "use", expected a setting, a title or an indented lane. A setting has a colon behind its key.',
    ],
  ])('refuse %s', (text, problem) => {
    expect(parseMarbles(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      problem,
    ]);
  });

  test.each([
    ['ticks: 1s', 'Write tick.'],
    ['USE: ./a.ts#b', 'Write use.'],
    ['in: -a-', 'A lane is indented and has no colon.'],
    ['Out: -a-', 'A lane is indented and has no colon.'],
  ])('that there are not are answered with what was meant: %s', (text, advice) => {
    expect(parseMarbles(text).problems[0]?.message.endsWith(` ${advice}`)).toBe(true);
  });
});
