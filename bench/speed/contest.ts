import { setTimeout as sleep } from 'node:timers/promises';
import { median, percentile } from '../support/statistics.ts';
import type { Launch, WatchedServer } from '../support/watched-server.ts';
import type { Load, OpenLoad } from './loads/load.ts';
import { launch, type Subject } from './subjects.ts';

const WARM_UP_SECONDS = 1;
/** Of the slowest, the handshakes, a second has only a quarter of this. */
const WARM_UP_MESSAGES = 10_000;
const TURNS = 8;
/** The first messages come all at once: their latencies are not those of the rest. */
const BURST_MS = 20;
/** A message too many would come by then. */
const LATE_MS = 20;

/** What one subject's server did in a round. */
export interface Reading {
  /** What counts: microseconds of CPU time for a message, or bytes of memory. */
  readonly cost: number;
  /** Share of one core that the server used. */
  readonly busy?: number;
  /** Share of its time in which the load generator had nothing to do. */
  readonly idle?: number;
  /** Milliseconds: the median of the turns, because one interruption is most of the slowest of a turn. */
  readonly p99?: number;
}

interface Contest {
  readonly parameters: object;
  readonly open: OpenLoad;
  readonly launch?: Launch;
}

/** A server in a fresh process with its load, measured in several short turns. */
class Contestant {
  readonly #name: string;
  readonly #server: WatchedServer;
  readonly #load: Load;
  #cpu = 0;
  #busy = 0;
  #time = 0;
  #idle = 0;
  #messages = 0;
  readonly #p99s: number[] = [];

  private constructor(name: string, server: WatchedServer, load: Load) {
    this.#name = name;
    this.#server = server;
    this.#load = load;
  }

  static async start(subject: Subject, contest: Contest): Promise<Contestant> {
    try {
      const server = await launch(subject, contest.parameters, contest.launch);
      return new Contestant(subject.name, server, await contest.open(server, subject.dialect));
    } catch (cause) {
      throw new Error(`${subject.name} did not start.`, { cause });
    }
  }

  /** Runs without being measured, until the server's code is compiled. */
  async warmUp(): Promise<void> {
    const messages = await this.#load.count();
    do {
      this.#load.start();
      await sleep(WARM_UP_SECONDS * 1000);
      await this.#rest();
    } while ((await this.#load.count()) - messages < WARM_UP_MESSAGES);
  }

  /**
   * From rest to rest: the messages and the CPU time are exactly each other's. The shares are those of the time until
   * the load begins nothing more.
   */
  async turn(seconds: number): Promise<void> {
    const [cpu, messages] = [await this.#server.cpu(), await this.#load.count()];
    const [began, utilization] = [performance.now(), performance.eventLoopUtilization()];
    this.#load.start();
    await sleep(BURST_MS);
    this.#load.takeLatencies?.();
    await sleep(seconds * 1000 - BURST_MS);
    this.#p99s.push(percentile(this.#load.takeLatencies?.() ?? [], 0.99));
    this.#busy += (await this.#server.cpu()) - cpu;
    this.#time += performance.now() - began;
    this.#idle += performance.eventLoopUtilization(utilization).idle;
    await this.#rest();
    this.#messages += (await this.#load.count()) - messages;
    this.#cpu += (await this.#server.cpu()) - cpu;
  }

  reading(): Reading {
    return {
      cost: this.#cpu / this.#messages,
      busy: this.#busy / 1000 / this.#time,
      idle: this.#idle / this.#time,
      p99: median(this.#p99s),
    };
  }

  async stop(): Promise<void> {
    try {
      await this.#load.close();
    } catch (cause) {
      throw new Error(`${this.#name} did not end as it should.`, { cause });
    }
    await this.#server.stop();
  }

  async #rest(): Promise<void> {
    try {
      await this.#load.pause();
    } catch (cause) {
      throw new Error(`${this.#name} did not do what was due.`, { cause });
    }
    await sleep(LATE_MS);
  }
}

/**
 * One round: every server in a fresh process, all taking turns, because the speed of a shared machine changes from second
 * to second. Their order is swapped within a round and from round to round: none gains from being first.
 */
export async function playRound(
  subjects: readonly Subject[],
  contest: Contest,
  { round, seconds }: { readonly round: number; readonly seconds: number },
): Promise<Reading[]> {
  const contestants: Contestant[] = [];
  for (const subject of subjects) contestants.push(await Contestant.start(subject, contest));
  for (const contestant of contestants) await contestant.warmUp();
  for (let turn = 0; turn < TURNS; turn++) {
    const order = (round + turn) % 2 ? contestants : contestants.toReversed();
    for (const contestant of order) await contestant.turn(seconds / TURNS);
  }
  for (const contestant of contestants) await contestant.stop();
  return contestants.map((contestant) => contestant.reading());
}
