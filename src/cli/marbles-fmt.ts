import { writeFile } from 'node:fs/promises';
import { format } from '../marble/format.ts';
import { readArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { counted, readMarbleTexts, tellProblems } from './marble-texts.ts';
import { say } from './terminal.ts';

export const fmt: Command = {
  summary: 'aligns the lanes of .marble files',
  help: `Usage: sluice marbles fmt FILE... [--check]

Aligns lanes and puts blanks where they belong, in place. Comments and meaning stay; Markdown is left alone.

  --check   writes nothing, lists the files that would change, and fails if there are any`,
  run: async (args) => {
    const { positionals, values } = readArguments(args, { check: { type: 'boolean', default: false } });
    const texts = (await readMarbleTexts(positionals, { drafts: true })).filter(({ file }) => file.endsWith('.marble'));
    const mistakes = tellProblems(texts);
    const changed = texts.filter(({ text }) => format(text) !== text);
    for (const { file, text, shownAs } of changed) {
      if (!values.check) await writeFile(file, format(text));
      say(shownAs);
    }
    say(`${changed.length} of ${counted(texts.length, 'file')} ${values.check ? 'not formatted' : 'changed'}`);
    return mistakes > 0 || (values.check && changed.length > 0) ? 1 : 0;
  },
};
