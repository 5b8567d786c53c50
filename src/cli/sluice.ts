import { errorCodes, SluiceError } from '../protocol/errors.ts';
import { type Command, Failure, UsageError } from './command.ts';
import { connect } from './connect.ts';
import { marbles } from './marbles.ts';
import { runOneOf } from './run-one-of.ts';
import { tell } from './terminal.ts';

const sluice: Command = runOneOf('sluice', 'reactive WebSockets on the command line', { connect, marbles });

/** Runs a command line, and answers the exit code. Never rejects: what goes wrong is told. */
export async function runSluice(args: readonly string[]): Promise<number> {
  try {
    return await sluice.run(args);
  } catch (error) {
    tell(wordsOf(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

/** The stack is for faults of the program only; what to do in code helps nobody here. */
function wordsOf(error: unknown): string {
  if (error instanceof SluiceError) return error.message.replace(` ${errorCodes[error.code]} [${error.code}]`, '');
  if (error instanceof UsageError || error instanceof Failure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
