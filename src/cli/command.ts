/** What a command is, to the one that calls it. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** All that `--help` says. */
  readonly help: string;
  /** Answers the exit code: 0 if all went well, 1 if something failed. */
  run(args: readonly string[]): Promise<number>;
}

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something is wrong that the user can mend: its message is said without a stack, exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
}
