import { whyEmpty } from '../testing/marble-tests.ts';
import { readArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { counted, readMarbleTexts, tellAt, tellProblems } from './marble-texts.ts';
import { say } from './terminal.ts';

export const lint: Command = {
  summary: 'finds mistakes, without running anything',
  help: `Usage: sluice marbles lint FILE...

Reads .marble files and the fences of Markdown pages, and says what is wrong, with line and column. Also finds scenarios
that do not say what they test, and those that are marked only.`,
  run: async (args) => {
    const { positionals } = readArguments(args, {});
    const texts = await readMarbleTexts(positionals);
    let mistakes = tellProblems(texts);
    for (const { file, shownAs, scenarios, problems } of texts) {
      if (scenarios.length + problems.length === 0 && file.endsWith('.marble')) {
        mistakes++;
        tellAt(shownAs, { line: 1, column: 1 }, whyEmpty(file));
      }
      for (const { title, position, settings } of scenarios) {
        const wrong = [
          ...(settings.use === undefined ? ['does not say what it tests. Write use: ./file.ts#name.'] : []),
          ...(settings.only ? ['is marked only, so that others do not run.'] : []),
        ];
        mistakes += wrong.length;
        for (const what of wrong) tellAt(shownAs, position, `'${title}' ${what}`);
      }
    }
    const scenarios = texts.reduce((sum, { scenarios }) => sum + scenarios.length, 0);
    say(`${counted(scenarios, 'scenario')} in ${counted(texts.length, 'file')}, ${counted(mistakes, 'mistake')}`);
    return mistakes === 0 ? 0 : 1;
  },
};
