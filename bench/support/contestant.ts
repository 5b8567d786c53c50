import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from './child.ts';
import { EchoLoad } from './echo-load.ts';
import { percentile } from './statistics.ts';

export interface EchoCost {
  /** Microseconds of server CPU time for a message. */
  readonly cost: number;
  /** Share of one core that the server used while it was measured. */
  readonly busy: number;
  /** Latencies in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** An echo server in a process of its own with its load, measured in several short turns. */
export class Contestant {
  readonly #server: ServerProcess;
  readonly #load: EchoLoad;
  #cpu = 0;
  #time = 0;
  #latencies: number[] = [];

  private constructor(server: ServerProcess, load: EchoLoad) {
    this.#server = server;
    this.#load = load;
  }

  static async start(subject: string, connections: number): Promise<Contestant> {
    const server = await ServerProcess.start(subject, 'echo');
    return new Contestant(server, await EchoLoad.open(server.port, connections));
  }

  /** Runs without being measured, until the server's code is compiled. */
  async warmUp(seconds: number): Promise<void> {
    this.#load.start();
    await sleep(seconds * 1000);
    await this.#load.pause();
  }

  async turn(seconds: number): Promise<void> {
    this.#load.start();
    await sleep(20); // The first messages come all at once, which is cheaper.
    const before = await this.#server.cpu();
    this.#load.takeLatencies();
    await sleep(seconds * 1000);
    const after = await this.#server.cpu();
    this.#latencies = this.#latencies.concat(this.#load.takeLatencies());
    await this.#load.pause();
    this.#cpu += after.cpu - before.cpu;
    this.#time += after.clock - before.clock;
  }

  result(): EchoCost {
    return {
      cost: this.#cpu / this.#latencies.length,
      busy: this.#cpu / this.#time,
      p50: percentile(this.#latencies, 0.5),
      p99: percentile(this.#latencies, 0.99),
    };
  }

  async stop(): Promise<void> {
    await this.#load.close();
    await this.#server.stop();
  }
}
