import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { toSvg } from '../marble/draw-svg.ts';
import { readArguments } from './arguments.ts';
import { type Command, Failure } from './command.ts';
import { counted, readMarbleTexts, tellProblems } from './marble-texts.ts';
import { say } from './terminal.ts';

export const svg: Command = {
  summary: 'draws scenarios as SVG files, for light and dark',
  help: `Usage: sluice marbles svg FILE... [--out DIR]

Writes a picture of each scenario, named after its file and title: basics.echo.svg. One file serves light and dark.

  --out DIR   the folder for the pictures; it is made if needed (default: the working directory)`,
  run: async (args) => {
    const { positionals, values } = readArguments(args, { out: { type: 'string', default: '.' } });
    const texts = await readMarbleTexts(positionals, { drafts: true });
    const mistakes = tellProblems(texts);
    const pictures = new Map<string, string>();
    for (const { file, scenarios } of texts) {
      for (const scenario of scenarios) {
        const name = `${slug(basename(file).replace(/\.\w+$/, ''))}.${slug(scenario.title)}.svg`;
        if (pictures.has(name))
          throw new Failure(`Two scenarios would both be drawn into ${name}. Give one another title.`);
        pictures.set(name, toSvg(scenario));
      }
    }
    await mkdir(values.out, { recursive: true });
    for (const [name, picture] of pictures) await writeFile(join(values.out, name), picture);
    say(`${counted(pictures.size, 'picture')} in ${values.out}`);
    return mistakes === 0 ? 0 : 1;
  },
};

const slug = (words: string): string =>
  words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
