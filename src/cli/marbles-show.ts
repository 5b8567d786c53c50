import { toText } from '../marble/draw-text.ts';
import { readArguments } from './arguments.ts';
import { type Command, Failure } from './command.ts';
import { readMarbleTexts, tellProblems } from './marble-texts.ts';
import { say } from './terminal.ts';

export const show: Command = {
  summary: 'draws scenarios in the terminal',
  help: `Usage: sluice marbles show FILE... [--title WORDS]

Draws the scenarios of .marble files, and of Markdown pages with fences tagged marble. A folder stands for the files in it.

  --title WORDS   only scenarios with these words in their title`,
  run: async (args) => {
    const { positionals, values } = readArguments(args, { title: { type: 'string' } });
    const texts = await readMarbleTexts(positionals, { drafts: true });
    const mistakes = tellProblems(texts);
    const wanted = texts.flatMap(({ scenarios }) =>
      scenarios.filter(({ title }) => title.includes(values.title ?? '')),
    );
    if (wanted.length === 0 && mistakes === 0) throw new Failure('There is no such scenario.');
    if (wanted.length > 0) say(wanted.map((scenario) => toText(scenario).trimEnd()).join('\n\n'));
    return mistakes === 0 ? 0 : 1;
  },
};
