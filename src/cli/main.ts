#!/usr/bin/env node
import { runSluice } from './sluice.ts';

/** A pipe that is closed early, as by `head`, is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runSluice(process.argv.slice(2));
// What a scenario imports may hold the process, such as a server that it has started.
process.stdout.write('', () => process.exit());
