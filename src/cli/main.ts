#!/usr/bin/env node
import { errorCodes, SluiceError } from '../protocol/errors.ts';
import { type Command, Failure, UsageError } from './command.ts';
import { connect } from './connect.ts';
import { marbles } from './marbles.ts';
import { runOneOf } from './run-one-of.ts';
import { tell } from './terminal.ts';

const sluice: Command = runOneOf('sluice', 'reactive WebSockets on the command line', { connect, marbles });

/** A pipe that is closed early, as by `head`, is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  process.exitCode = await sluice.run(process.argv.slice(2));
} catch (error) {
  tell(wordsOf(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
// What a scenario imports may hold the process, such as a server that it has started.
process.stdout.write('', () => process.exit());

/** The stack is for faults of the program only; what to do in code helps nobody here. */
function wordsOf(error: unknown): string {
  if (error instanceof SluiceError) return error.message.replace(` ${errorCodes[error.code]} [${error.code}]`, '');
  if (error instanceof UsageError || error instanceof Failure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
