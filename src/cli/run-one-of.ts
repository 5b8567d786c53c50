import { type Command, UsageError } from './command.ts';
import { say } from './terminal.ts';

/** A command that is made of others: `sluice`, `sluice marbles`. */
export function runOneOf(name: string, summary: string, commands: Readonly<Record<string, Command>>): Command {
  const width = Math.max(...Object.keys(commands).map(({ length }) => length));
  const list = Object.entries(commands).map(([one, { summary }]) => `  ${one.padEnd(width)}  ${summary}`);
  const help = [
    `Usage: ${name} COMMAND [OPTIONS]`,
    `\n${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    `\nCommands:\n${list.join('\n')}`,
    `\n${name} COMMAND --help tells more.`,
    'Exit codes: 0 all is well, 1 something failed, 2 the command line is wrong.',
  ].join('\n');
  return {
    summary,
    help,
    run: async ([first, ...rest]) => {
      if (first === undefined) throw new UsageError(help);
      if (first === '--help' || first === '-h' || first === 'help') {
        const [about = ''] = first === 'help' ? rest : [];
        say(commands[about]?.help ?? help);
        return 0;
      }
      const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
      if (command === undefined) {
        throw new UsageError(`There is no command '${first}'. ${name} has: ${Object.keys(commands).join(', ')}.`);
      }
      if (rest.some((arg) => arg === '--help' || arg === '-h') && !isGroup(command)) {
        say(command.help);
        return 0;
      }
      try {
        return await command.run(rest);
      } catch (error) {
        if (!(error instanceof UsageError) || isGroup(command)) throw error;
        throw new UsageError(`${error.message}\nTry ${name} ${first} --help.`);
      }
    },
  };
}

const isGroup = ({ help }: Command): boolean => help.includes('\nCommands:\n');
