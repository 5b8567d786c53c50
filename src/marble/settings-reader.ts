import { laneRules } from './lane-kinds.ts';
import type { PlacedLine } from './lines.ts';
import { nearestOf } from './nearest.ts';
import { attempt, type Report } from './problem.ts';
import type { Given, Position, Settings } from './scenario.ts';
import { isSettingKey, readSetting, type SettingKey, settingKeys } from './settings.ts';

/** Reads settings, each key once; what is wrong is reported. */
export class SettingsReader {
  readonly settings: Partial<Settings> = {};
  /** Written, readable or not. */
  readonly written: Set<SettingKey> = new Set();
  readonly broken: Set<SettingKey> = new Set();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  read(key: string, at: number, { text, place }: PlacedLine): void {
    if (!isSettingKey(key)) {
      const expected = `a setting: ${settingKeys.join(', ')}`;
      this.#report(place(0), { at: 0, found: `"${key}:"`, expected, advice: adviceFor(key) });
      return;
    }
    if (this.written.has(key)) {
      const advice = 'Remove one of the two.';
      this.#report(place(0), { at: 0, found: `"${key}:" again`, expected: 'each setting once', advice });
      return;
    }
    this.written.add(key);
    const read = attempt(() => readSetting(key, text, at));
    if ('result' in read) Object.assign(this.settings, placed(read.result, place(at)));
    else {
      this.broken.add(key);
      this.#report(place(read.mistake.at), read.mistake);
    }
  }
}

/** A reference stands where its value begins. */
function placed({ use, context, options, ...rest }: Partial<Settings>, position: Position): Partial<Settings> {
  const given = (value: Given): Given => ('from' in value ? { from: { ...value.from, position } } : value);
  return {
    ...rest,
    ...(use === undefined ? {} : { use: { ...use, position } }),
    ...(context === undefined ? {} : { context: given(context) }),
    ...(options === undefined ? {} : { options: given(options) }),
  };
}

/** What was probably meant by a key that no setting has. */
function adviceFor(key: string): string {
  const nearest = nearestOf(key, settingKeys);
  if (nearest !== undefined) return `Write ${nearest}.`;
  const isLane = nearestOf(key, Object.keys(laneRules)) !== undefined;
  return isLane ? 'A lane is indented and has no colon.' : '';
}
