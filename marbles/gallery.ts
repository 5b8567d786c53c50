import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toSvg } from '../src/marble/draw-svg.ts';
import { marbleFences } from '../src/marble/fences.ts';
import { parseMarbles } from '../src/marble/parse.ts';
import type { Scenario } from '../src/marble/scenario.ts';

/*
 * The pictures of all scenarios and the page that shows them, as `npm run marbles:draw` writes them and
 * test/marbles-img.test.ts expects them.
 */

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What is below this line in README.md is written by the script; what is above it, by hand. */
const seam = '<!-- The rest is written by `npm run marbles:draw`. -->';

/** A `.marble` file, and its scenarios with their pictures. */
interface Sheet {
  readonly file: string;
  /** The lines above the first scenario. */
  readonly head: readonly string[];
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly scenario: Scenario;
  /** As in the file, without title and prose. */
  readonly text: string;
  readonly picture: string;
}

/** All files that are generated, by their paths in this folder. */
export function generatedFiles(): Map<string, string> {
  const sheets = readdirSync(folder('.'))
    .filter((file) => file.endsWith('.marble'))
    .sort()
    .map(sheetOf);
  const [byHand = ''] = read('README.md').split(seam);
  const drawn = [
    ...sheets.flatMap(({ entries }) => entries),
    ...fencesOf(byHand, 'language'),
    ...fencesOf(read('../README.md'), 'readme'),
  ];
  const pictures = drawn.map(({ picture, scenario }) => [picture, toSvg(scenario)] as const);
  return new Map([...pictures, ['README.md', `${byHand.trimEnd()}\n\n${seam}\n\n${page(sheets)}`]]);
}

/** What is there already of the files that are generated. */
export function filesThatAreThere(): Map<string, string> {
  const pictures = existsSync(folder('img')) ? readdirSync(folder('img')).map((file) => `img/${file}`) : [];
  return new Map(['README.md', ...pictures].map((path) => [path, read(path)]));
}

export const pathOf: (generated: string) => string = folder;

const read = (path: string): string => readFileSync(folder(path), 'utf8');

function sheetOf(file: string): Sheet {
  const text = read(file);
  const lines = text.split('\n');
  const titles = lines.flatMap((line, index) => (line.startsWith('==') ? [index] : []));
  const entries = parseMarbles(text).scenarios.map((scenario): Entry => {
    const from = scenario.position.line;
    const to = titles.find((index) => index >= from);
    const body = lines.slice(from, to).filter((line) => !line.startsWith('>'));
    const picture = pictureOf(file.slice(0, -'.marble'.length), scenario);
    return { scenario, text: body.join('\n').replace(/^\n+|\s+$/g, ''), picture };
  });
  return { file, head: lines.slice(0, titles[0]), entries };
}

/** The scenarios in the fences of a page; their pictures are put into it by hand. */
function fencesOf(page: string, name: string): Array<Pick<Entry, 'scenario' | 'picture'>> {
  const scenarios = marbleFences(page).flatMap((fence) => parseMarbles(fence.text, fence).scenarios);
  return scenarios.map((scenario) => ({ scenario, picture: pictureOf(name, scenario) }));
}

const pictureOf = (name: string, { title }: Scenario): string => `img/${slug(name)}.${slug(title)}.svg`;

function page(sheets: readonly Sheet[]): string {
  const count = sheets.reduce((sum, { entries }) => sum + entries.length, 0);
  const contents = sheets.map((sheet) => `- [${nameOf(sheet)}](#${slug(nameOf(sheet))}): ${sheet.entries.length}`);
  const parts = ['## Gallery', `${count} scenarios, drawn from the files that the tests run.`, contents.join('\n')];
  return `${[...parts, ...sheets.flatMap(chapter)].join('\n\n')}\n`;
}

function chapter(sheet: Sheet): string[] {
  const remarks = sheet.head.filter((line) => line.startsWith('#')).map((line) => line.slice(1).trim());
  const settings = sheet.head.filter((line) => line !== '' && !line.startsWith('#'));
  return [
    `## ${nameOf(sheet)}`,
    ...(remarks.length === 0 ? [] : [remarks.join('\n')]),
    `In [${sheet.file}](${sheet.file})${settings.length === 0 ? '.' : ', with'}`,
    ...(settings.length === 0 ? [] : [fenced(settings.join('\n'))]),
    ...sheet.entries.flatMap(({ scenario: { title, prose, position }, text, picture }) => [
      `### [${title.replace(/[\\`*_[\]<>]/g, '\\$&')}](${sheet.file}#L${position.line})`,
      ...(prose === '' ? [] : [prose]),
      `<img src="${picture}" alt="${attribute(title)}">`,
      fenced(text),
    ]),
  ];
}

const nameOf = ({ file }: Sheet): string => {
  const words = file.slice(0, -'.marble'.length).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Not tagged `marble`: these run where they come from. */
const fenced = (text: string): string => `\`\`\`text\n${text}\n\`\`\``;

const slug = (words: string): string =>
  words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
