import { printDuration } from './duration.ts';
import { fromJson, printJsonPattern } from './json-pattern.ts';
import type { Given, Json, Reference, Settings } from './scenario.ts';
import { settingKeys } from './settings.ts';

/** The lines of the settings that differ from those above them, `key: value`. */
export function printSettings(settings: Settings, above: Settings): string[] {
  const written = printed(settings);
  const known = printed(above);
  return settingKeys.flatMap((key) => {
    const value = written[key];
    return value === undefined || value === known[key] ? [] : [`${key}: ${value}`];
  });
}

function printed(settings: Settings): Record<(typeof settingKeys)[number], string | undefined> {
  const { use, context, params, timing, protocols, options } = settings;
  return {
    use: use && `${printReference(use)}${use.call ? '()' : ''}`,
    context: context && printGiven(context),
    params: params && printJson(params),
    tick: printDuration(settings.tick),
    timing: typeof timing === 'object' ? `within ${printDuration(timing.within)}` : timing,
    ties: settings.ties,
    leaks: settings.leaks,
    url: settings.url,
    headers: printJson(settings.headers),
    protocols: protocols.length === 0 ? 'none' : protocols.join(', '),
    options: options && printGiven(options),
    epoch: String(settings.epoch),
    only: settings.only ? 'yes' : 'no',
    skip: settings.skip === false ? 'no' : settings.skip,
  };
}

const printReference = ({ module, name }: Reference): string => `${module}#${name}`;
const printGiven = (given: Given): string => ('json' in given ? printJson(given.json) : printReference(given.from));
const printJson = (json: Json): string => printJsonPattern(fromJson(json));
