import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/** Asks again and again until an answer satisfies, and answers it. Fails with the last answer when that takes too long. */
export async function until<T>(
  ask: () => T | Promise<T>,
  satisfies: (answer: T) => boolean,
  seconds: number,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`After ${seconds} s it was still ${JSON.stringify(answer)}.`);
    await sleep(POLL_MS);
  }
}
