/**
 * What sluice costs beside plain ws, in one interleaved run.
 *
 *     npm run bench                             all workloads, about 25 minutes
 *     npm run bench -- --only W2,W7             some of them
 *     npm run bench -- --rounds 7 --seconds 1   how often, and how long each server is measured in a round
 *     npm run bench -- --plain                  sluice without its fast path as well
 *     npm run bench -- --peers                  other libraries as well; installs them in bench/peers
 *     npm run bench -- --subject ws             ws against itself: how far this machine's figures can be trusted
 *     npm run bench -- --write                  writes bench/results.md and bench/speed.svg
 *
 * The figure is a ratio within one round: the server's CPU time for a message (of all threads, user and system), ws /
 * subject, so that 2 means twice the messages for the same CPU time; of memory it is subject / ws. CPU time, because
 * waiting for a client does not add to it; within a round, because the speed of a shared machine changes from second to
 * second: all servers run, in fresh processes, and take turns. Counted is the median of the rounds, and the worst and
 * the best stand beside it. It takes two cores that do nothing else.
 * The clients are in this process: raw sockets that write frames made beforehand and compare every byte that comes with
 * what is due, so that a message that is lost, doubled, swapped or altered ends the run. They are not what is waited for
 * where the load was idle for a part of the time, and the server had most of a core.
 * Exit code 1: sluice is short of what it must reach, or a message was not right.
 */
import { parseArgs } from 'node:util';
import type { Reading } from './speed/contest.ts';
import { install } from './speed/install.ts';
import { doubtsOf, type Result, verdict } from './speed/result.ts';
import { peers, type Subject, sluice, sluicePlain, ws } from './speed/subjects.ts';
import { consoleLine, heading } from './speed/table.ts';
import { type Workload, workloads } from './speed/workloads.ts';
import { writeResults } from './speed/write.ts';
import { WatchedServer } from './support/watched-server.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '1' },
    only: { type: 'string' },
    subject: { type: 'string', default: 'sluice' },
    plain: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const [rounds, seconds] = [Number(flags.rounds), Number(flags.seconds)];
const known: readonly Subject[] = [ws, sluice, sluicePlain, ...peers];
const own = known.find(({ name }) => name === flags.subject);
if (own === undefined)
  throw new Error(`There is no ${flags.subject}; there are ${known.map(({ name }) => name).join(', ')}.`);

const idOf = ({ lines: [{ id }] }: Workload): string => id;
const chosen = flags.only?.split(',');
const unknown = chosen?.filter((id) => !workloads.some((workload) => idOf(workload) === id)) ?? [];
if (unknown.length > 0) throw new Error(`There is no ${unknown}; there are ${workloads.map(idOf).join(', ')}.`);

function subjectsOf({ role, peers: amongPeers }: Workload): Subject[] {
  const others = flags.peers && amongPeers ? peers.filter(({ roles }) => roles.includes(role)) : [];
  return [own as Subject, ...(flags.plain ? [sluicePlain] : []), ...others];
}

/** All rounds of a workload: a result for each of its lines and each subject. */
async function run(workload: Workload): Promise<Result[]> {
  const subjects = subjectsOf(workload);
  const played: Reading[][] = [];
  const most = Math.min(rounds, workload.mostRounds ?? rounds);
  for (let round = 0; round < most; round++) {
    if (process.stderr.isTTY) process.stderr.write(`\r${idOf(workload)} round ${round + 1} of ${most} \r`);
    played.push(await workload.play([ws, ...subjects], { round, seconds }));
  }
  return workload.lines.flatMap((line) =>
    subjects.map((subject, index) => ({
      line,
      subject,
      rounds: played.map((readings) => [readings[0], readings[index + 1]] as [Reading, Reading]),
    })),
  );
}

if (flags.peers) install();
const results: Result[] = [];
console.log(heading);
for (const workload of workloads) {
  if (chosen !== undefined && !chosen.includes(idOf(workload))) continue;
  const missing = workload.missing?.();
  if (missing !== undefined) {
    console.log(`${idOf(workload).padEnd(7)} skipped: ${missing}`);
    continue;
  }
  try {
    const done = await run(workload);
    for (const result of done) console.log(consoleLine(result));
    if (done.some((result) => verdict(result) === 'SHORT')) process.exitCode = 1;
    results.push(...done);
  } catch (error) {
    console.error(`${idOf(workload)}:`, error);
    process.exitCode = 1;
    await WatchedServer.stopAll();
  }
}
for (const doubt of doubtsOf(results)) console.log(doubt);
if (flags.write) writeResults(results, { rounds, seconds });
