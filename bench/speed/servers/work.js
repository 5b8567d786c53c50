import { setTimeout as sleep } from 'node:timers/promises';

const WORK_MS = 1;
const DIGITS = 10;

/** A handler's work of one millisecond on a numbered message, answered with the number, and what came of all of it. */
export const numberedWork = () => {
  let tally;

  const count = (stage, message) => {
    if (Number(message.slice(0, DIGITS)) !== tally[stage]) tally.misplaced++;
    tally[stage]++;
  };

  return {
    begin() {
      tally = { received: 0, processed: 0, misplaced: 0 };
    },
    received: (message) => count('received', message),
    async work(message) {
      await sleep(WORK_MS);
      count('processed', message);
      return message.slice(0, DIGITS);
    },
    tally: () => tally,
  };
};
