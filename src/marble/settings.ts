import { readDuration } from './duration.ts';
import { readJson } from './json-pattern.ts';
import { Reader } from './reader.ts';
import type { Given, Reference, Settings } from './scenario.ts';

/** What holds where nothing is written. */
export const defaultSettings: Settings = {
  tick: 1,
  timing: 'exact',
  ties: 'same',
  leaks: 'fail',
  url: '/',
  headers: {},
  protocols: [],
  epoch: 946_684_800_000,
  only: false,
  skip: false,
};

/** The keys of settings, in the order in which they are printed. */
export const settingKeys = [
  'use',
  'context',
  'params',
  'tick',
  'timing',
  'ties',
  'leaks',
  'url',
  'headers',
  'protocols',
  'options',
  'epoch',
  'only',
  'skip',
] as const;
export type SettingKey = (typeof settingKeys)[number];

export function isSettingKey(key: string): key is SettingKey {
  return (settingKeys as readonly string[]).includes(key);
}

/** Reads the value of a setting, to the end of its line. */
export function readSetting(key: SettingKey, text: string, at: number): Partial<Settings> {
  const reader = new Reader(text.trimEnd(), at);
  const setting = { [key]: readers[key](reader) };
  reader.end();
  return setting;
}

const readers: { readonly [Key in SettingKey]: (reader: Reader) => Settings[Key] } = {
  use: (reader) => ({ ...readReference(reader), call: reader.take(/\(\)/y) !== undefined }),
  context: readGiven,
  params: (reader) => readFields(reader, 'a JSON object of strings', (value) => typeof value === 'string'),
  tick: readDuration,
  timing: (reader) => {
    if (reader.take(/within +/y) !== undefined) return { within: readDuration(reader) };
    return choice(reader, ['exact', 'order'] as const, 'exact, order or within 20ms');
  },
  ties: (reader) => choice(reader, ['same', 'inputs first', 'timers first'] as const),
  leaks: (reader) => choice(reader, ['fail', 'ok'] as const),
  url: (reader) => reader.need(/\/\S*/y, 'a path that begins with /', 'Write for example url: /chat?room=7.'),
  headers: (reader) => {
    const isField = (value: unknown): value is string | readonly string[] =>
      typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'));
    return readFields(reader, 'a JSON object of strings or lists of strings', isField);
  },
  protocols: readProtocols,
  options: readGiven,
  epoch: readEpoch,
  only: (reader) => choice(reader, ['yes', 'no'] as const) === 'yes',
  skip: (reader) => {
    const { at } = reader;
    const why = reader.rest();
    if (['', 'yes', 'true'].includes(why))
      reader.fail('why it is skipped, or no', 'Write for example skip: needs the hub.', at);
    return why === 'no' ? false : why;
  },
};

function choice<Word extends string>(reader: Reader, words: readonly Word[], expected = listed(words)): Word {
  const { at } = reader;
  const rest = reader.rest();
  return words.find((word) => word === rest) ?? reader.fail(expected, '', at, rest === '' ? undefined : `"${rest}"`);
}

const listed = (words: readonly string[]): string => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

function readReference(reader: Reader): Reference {
  const { at } = reader;
  const module = reader.need(/\S+(?=#)/y, 'a module and its export', 'Write for example ./room.ts#room.');
  const name = reader.take(/#[\p{L}_$][\p{L}\p{N}_$]*/uy)?.slice(1);
  return name === undefined ? reader.fail('the name of an export after #', '', at) : { module, name };
}

function readGiven(reader: Reader): Given {
  const isJson = /(?:[{["\d-]|(?:true|false|null) *$)/y;
  isJson.lastIndex = reader.at;
  if (isJson.test(reader.text)) return { json: readJson(reader) };
  return { from: readReference(reader) };
}

function readFields<Field>(
  reader: Reader,
  expected: string,
  isField: (value: unknown) => value is Field,
): Record<string, Field>;
function readFields(reader: Reader, expected: string, isField: (value: unknown) => boolean): Record<string, unknown> {
  const { at } = reader;
  const json = reader.text[at] === '{' ? readJson(reader) : reader.fail(expected, '', at);
  const fields = Object.entries(json ?? {});
  const wrong = fields.find(([, value]) => !isField(value));
  if (wrong !== undefined) reader.fail(expected, '', at, `${JSON.stringify(wrong[0])}: ${JSON.stringify(wrong[1])}`);
  return Object.fromEntries(fields);
}

function readProtocols(reader: Reader): string[] {
  const protocols: string[] = [];
  if (reader.take(/none *$/y) !== undefined) return protocols;
  do {
    reader.blanks();
    protocols.push(
      reader.need(/[!#$%&'*+\-.^_`|~\w]+/y, 'a subprotocol', 'Several stand with a comma between: v2, v1.'),
    );
  } while (reader.blanks().take(/,/y) !== undefined);
  return protocols;
}

const iso = /\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?(?!\S)/y;

function readEpoch(reader: Reader): number {
  const { at } = reader;
  const advice = 'Write for example 2026-01-31T12:00:00Z, or the milliseconds since 1970.';
  const date = reader.take(iso);
  const epoch = date === undefined ? Number(reader.need(/\d+(?!\S)/y, 'a date', advice)) : Date.parse(date);
  return Number.isSafeInteger(epoch) ? epoch : reader.fail('a date', advice, at);
}
