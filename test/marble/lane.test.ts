import { describe, expect, test } from 'vitest';
import { isLaneKind, laneRules } from '../../src/marble/lane-kinds.ts';
import { readLaneName } from '../../src/marble/lane-name.ts';
import { parseMarbles } from '../../src/marble/parse.ts';

/** The problems of one lane; the legend follows behind a bar of its own. */
const problemsOf = (lane: string, ...legend: string[]): string[] => {
  const beside = /^\S*(in|peer|do|push) /.test(lane) ? '  wire  -\n' : '';
  const entries = legend.map((entry) => `  ${entry}\n`).join('');
  return parseMarbles(`== a ==\n${beside}  ${lane}\n${entries}`).problems.map(
    ({ column, message }) => `${column} ${message}`,
  );
};

const valuesOf = (lane: string, ...legend: string[]): string => {
  const beside = /^\S*(in|peer|do|push) /.test(lane) ? '  wire  -\n' : '';
  const entries = legend.map((entry) => `  ${entry}\n`).join('');
  const { scenarios, problems } = parseMarbles(`== a ==\n  ${lane}\n${beside}${entries}`);
  expect(problems).toEqual([]);
  return (
    scenarios[0]?.lanes[0]?.events
      .map(({ value }) => ('count' in value ? `${value.kind}${value.count}` : value.kind))
      .join(' ') ?? ''
  );
};

describe('the lanes', () => {
  test.each([
    [
      'in   ^-a-A-B-P-|',
      'connect text json size ping end',
      ['A = json {"at": <now>, "id": <id:1>}', 'B = bytes 9', 'P = ping'],
    ],
    ['in   (^a)-O-X', 'connect text pong close', ['O = pong', 'X = close 4001 "kicked"']],
    ['in   -#', 'lost', []],
    ['out  -a-A-B-#', 'text pattern any error', ['A = text /a/', 'B = any']],
    ['out  R', 'reject', ['R = reject 401']],
    ['sub  ^-!-^-(!^)-!', 'subscribe unsubscribe subscribe unsubscribe subscribe unsubscribe', []],
    ['wire -a-P-|-O-T', 'text ping end pong terminate', ['P = ping', 'O = pong', 'T = terminate']],
    ['peer x-r-3', 'stop resume take3', []],
    ['buf  0-9', 'waiting0 waiting9', []],
    ['drop a-A', 'text json', ['A = json 1']],
    ['log  a-A', 'text pattern', ['A = text /a/']],
    ['do   1-9', 'do do', []],
    ['x.push a-A', 'text error', ['A = error TypeError "no"']],
    ['x.seen a-|', 'text end', []],
  ])('%s', (lane, values, legend) => {
    expect(valuesOf(lane, ...legend)).toBe(values);
  });

  test.each([
    [
      'an unknown capital',
      'out X-X',
      [],
      '7 Found "X", expected a symbol that means something. Add a line to the legend, for example X = "text". Only lower-case letters and digits stand for themselves.',
    ],
    [
      'a value after |',
      'out -|-a',
      [],
      '10 Found "a", expected nothing after |. The lane has ended with | in column 8. Write - behind it.',
    ],
    [
      'a value after a Close',
      'in X-a',
      ['X = close 4001'],
      '8 Found "a", expected nothing after X. The lane has ended with X in column 6. Write - behind it.',
    ],
    [
      'a value after terminate',
      'wire T-a',
      ['T = terminate'],
      '10 Found "a", expected nothing after T. The lane has ended with T in column 8. Write - behind it.',
    ],
    [
      'a message after a Close on the wire',
      'wire |-a',
      [],
      '10 Found "a", expected nothing after |. The lane has ended with | in column 8. Write - behind it.',
    ],
    [
      'two ^',
      'in ^-^',
      [],
      '8 Found "^", expected one ^. A party connects once; for a second connection add a party: ann2.in.',
    ],
    ['a late ^', 'in a-^', [], '8 Found "^", expected ^ before everything else. Nobody can send before they connect.'],
    [
      'a late refusal',
      'out aR',
      ['R = reject 401'],
      '8 Found "R", expected the refusal alone. A handshake that is refused has no channel.',
    ],
    [
      'two ^ of sub',
      'sub ^-^',
      [],
      '9 Found "^", expected ! before the next ^. A handler is shown with one subscription at a time.',
    ],
    [
      '! before ^',
      'sub -!',
      [],
      '8 Found "!", expected ^ before !. ^ is where the handler subscribes, ! where it unsubscribes.',
    ],
    ['a letter in sub', 'sub a', [], '7 Found "a", expected ^ or ! (lane sub).'],
    ['a ! in out', 'out !', [], '7 Found "!", expected a message, close, error, reject, | or # (lane out).'],
    [
      'a ping in out',
      'out P',
      ['P = ping'],
      '7 Found P = ping, expected a message, close, error, reject, | or # (lane out). The handler does not say that: it belongs in a wire lane.',
    ],
    [
      'an error in in',
      'in E',
      ['E = error'],
      '6 Found E = error, expected a message, close, ping, pong, |, # or ^ (lane in). A connection that is lost is #.',
    ],
    [
      'a pattern in in',
      'in E',
      ['E = text /a/'],
      '6 Found E = text /a/, expected a value that can be sent. What is sent must be exact.',
    ],
    [
      'any in push',
      'x.push E',
      ['E = any'],
      '10 Found E = any, expected a value that can be sent. What is sent must be exact.',
    ],
    [
      'an error pattern in push',
      'x.push E',
      ['E = error /a/'],
      '10 Found E = error /a/, expected a value that can be sent. What is sent must be exact.',
    ],
    [
      'a guess in in',
      'in E',
      ['E = json [{"a": <any>}]'],
      '6 Found E = json [{"a": <any>}], expected a value that can be sent. Of the placeholders only <now> and <id:1> can be sent.',
    ],
    [
      '0 in peer',
      'peer 0',
      [],
      '8 Found "0", expected x to stop reading, r to read again or a digit to take so many messages (lane peer).',
    ],
    ['a letter in buf', 'buf a', [], '7 Found "a", expected a digit, how many messages wait (lane buf).'],
    ['a letter in do', 'do a', [], '6 Found "a", expected a digit from 1 to 9, the action to call (lane do).'],
    ['| in drop', 'drop |', [], '8 Found "|", expected a message (lane drop).'],
    [
      'bytes in log',
      'log A',
      ['A = bytes 9'],
      '7 Found A = bytes 9, expected "text", text /re/, json or any (lane log).',
    ],
  ])('refuse %s', (_, lane, legend, problem) => {
    expect(problemsOf(lane, ...legend)).toEqual([problem]);
  });

  test('all have a rule that says what may stand there', () => {
    expect(Object.keys(laneRules).every(isLaneKind)).toBe(true);
    expect(isLaneKind('toString')).toBe(false);
  });
});

describe('readLaneName', () => {
  test('reads a kind and a party', () => {
    expect(readLaneName('in')).toEqual({ kind: 'in' });
    expect(readLaneName('ann-2.out')).toEqual({ kind: 'out', party: 'ann-2' });
    expect(readLaneName('prices.push')).toEqual({ kind: 'push', party: 'prices' });
  });

  test.each([
    ['nn', 0, '"nn"', 'a lane: in, out, sub, wire, peer, buf, drop, log, do, push, seen or time'],
    ['ann.foo', 4, '"foo"', 'a lane: in, out, sub, wire, peer, buf, drop, log, do, push, seen or time'],
    ['push', 0, '"push"', 'NAME.push'],
    ['ann.log', 0, '"ann.log"', 'log'],
    ['ann.time', 0, '"ann.time"', 'time without a party'],
    ['a.b.in', 0, '"a.b.in"', 'a party made of letters, digits, _ and -'],
    ['ann.got', 4, 'the client lane "got"', 'a lane of the server side'],
  ])('refuses %s', (name, at, found, expected) => {
    expect(readLaneName(name)).toMatchObject({ at, found, expected });
  });
});
