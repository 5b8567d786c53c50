import { forgetBatches } from './batch.ts';

/** Something that has collected output in this turn of the event loop. */
export interface Collector {
  /** The turn is over: what was collected is to leave. */
  turnEnded(): void;
}

let collectors: Collector[] = [];

/** Who is to call at the end of this turn. Fake timers of a test may go without having called: then all would wait. */
let asked: typeof setImmediate | undefined;

/**
 * Calls back when this turn of the event loop is over: after all sockets that have something to read were read. What
 * many messages of one turn cause is then written at once, which is where most of the time goes otherwise: 60 to 70 % of
 * a server's work is one system call per message.
 */
export function atEndOfTurn(collector: Collector): void {
  collectors.push(collector);
  if (asked === setImmediate) return;
  asked = setImmediate;
  setImmediate(endTurn);
}

function endTurn(): void {
  asked = undefined;
  const ending = collectors;
  // What they cause is collected anew.
  collectors = [];
  let ended = 0;
  try {
    while (ended < ending.length) (ending[ended++] as Collector).turnEnded();
  } finally {
    // One that fails does not hold up the others.
    for (; ended < ending.length; ended++) atEndOfTurn(ending[ended] as Collector);
    forgetBatches();
  }
}
