import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Place } from './peer.ts';

/** Bytes, at a time in milliseconds since the watch began. */
export interface MemorySample {
  readonly time: number;
  /** What the operating system counts for the process. */
  readonly resident: number;
  /** What V8 has taken for its young generation, garbage included. */
  readonly young: number;
}

/** Bytes, after a garbage collection. */
export interface MemoryReading {
  /** What the operating system counts for the process. */
  readonly resident: number;
  /** The live objects of JavaScript. */
  readonly heap: number;
}

/** How a process is started that is not plain Node with this process's environment. */
export interface Launch {
  readonly execPath?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The memory of a server from when the watch began. */
export interface MemoryCurve {
  readonly samples: readonly MemorySample[];
  /** How much more was resident at the worst moment than at the beginning. */
  readonly growth: number;
  /** How much V8's young generation grew. */
  readonly young: number;
}

/** A server in a process of its own whose memory is watched. It goes when this process goes. */
export class WatchedServer {
  static readonly #running = new Set<WatchedServer>();
  readonly place: Place;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, place: Place) {
    this.#child = child;
    this.place = place;
    WatchedServer.#running.add(this);
  }

  /** Runs `serve(parameters)` of `bench/pressure/servers/<name>.js`. */
  static start(name: string, parameters: object = {}): Promise<WatchedServer> {
    return WatchedServer.run(new URL(`../pressure/servers/${name}.js`, import.meta.url), parameters);
  }

  static async run(module: URL, parameters: object, { execPath, env }: Launch = {}): Promise<WatchedServer> {
    const script = new URL('./watched-server.js', import.meta.url);
    const child = fork(script, [module.href, JSON.stringify(parameters)], {
      // Not our own execArgv: the TypeScript loader stays out of the process that is watched.
      execArgv: execPath === undefined ? ['--expose-gc', ...nodeOptions()] : [],
      env: { ...process.env, ...env },
      ...(execPath !== undefined && { execPath }),
    });
    return new WatchedServer(child, await answer<Place>(child));
  }

  get port(): number {
    if (!('port' in this.place)) throw new Error(`This server listens at ${this.place.path}.`);
    return this.place.port;
  }

  /** Collects garbage and begins to sample the memory. */
  watch(): Promise<void> {
    return this.ask('watch');
  }

  /** Begins to sample anew, from the memory that there is now. */
  watchOn(): Promise<void> {
    return this.ask('watchOn');
  }

  async watched(): Promise<MemoryCurve> {
    const { samples, peak = 0 } = await this.ask<{ samples: MemorySample[]; peak?: number }>('watched');
    const first = samples[0] ?? { resident: 0, young: 0 };
    const most = Math.max(peak, ...samples.map(({ resident }) => resident));
    const young = Math.max(...samples.map((sample) => sample.young));
    return { samples, growth: most - first.resident, young: young - first.young };
  }

  /** Collects garbage, and answers how much more is alive than when the watch began. */
  held(): Promise<number> {
    return this.ask('held');
  }

  resident(): Promise<number> {
    return this.ask('resident');
  }

  /** CPU time used so far, of all threads, user and system, in microseconds. */
  cpu(): Promise<number> {
    return this.ask('cpu');
  }

  /** Collects garbage, and answers what is left. */
  collected(): Promise<MemoryReading> {
    return this.ask('collected');
  }

  /** Asks what the module's `serve` has an answer for. One question at a time. */
  ask<T>(question: string, details?: object): Promise<T> {
    const answered = answer<T>(this.#child);
    this.#child.send({ question, details });
    return answered;
  }

  /** Stops those that a failure has left running. */
  static async stopAll(): Promise<void> {
    for (const server of WatchedServer.#running) await server.stop();
  }

  async stop(): Promise<void> {
    WatchedServer.#running.delete(this);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.disconnect();
    await once(this.#child, 'exit');
  }
}

/** For profiling a server: `BENCH_NODE_OPTIONS="--cpu-prof --cpu-prof-dir=prof" npm run bench -- --only W1`. */
function nodeOptions(): string[] {
  return process.env.BENCH_NODE_OPTIONS?.split(' ') ?? [];
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null, signal: string | null): void => {
      reject(new Error(`The server process ended with ${code ?? signal}.`));
    };
    child.once('exit', onExit);
    child.once('message', (message: { answer: T }) => {
      child.off('exit', onExit);
      resolve(message.answer);
    });
  });
}
