import type { Command } from './command.ts';
import { accept } from './marbles-accept.ts';
import { fmt } from './marbles-fmt.ts';
import { lint } from './marbles-lint.ts';
import { record } from './marbles-record.ts';
import { replay } from './marbles-replay.ts';
import { show } from './marbles-show.ts';
import { svg } from './marbles-svg.ts';
import { runOneOf } from './run-one-of.ts';

export const marbles: Command = runOneOf('sluice marbles', 'shows, draws, runs and records marble scenarios', {
  show,
  svg,
  fmt,
  lint,
  replay,
  accept,
  record,
});
