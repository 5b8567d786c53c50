import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export type HandlerName = 'echo' | 'idle';

/** CPU time used so far (all threads, user and system) and the time it was read, in microseconds. */
export interface CpuReading {
  readonly cpu: number;
  readonly clock: number;
}

/** Bytes, after a garbage collection. */
export interface MemoryReading {
  /** What the operating system counts for the process. */
  readonly resident: number;
  /** The live objects of JavaScript. */
  readonly heap: number;
}

/** A server in its own process, so that its CPU time and its memory can be told from the clients'. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Runs `servers/<subject>.js`, the same way whatever the subject. */
  static async start(subject: string, handler: HandlerName): Promise<ServerProcess> {
    const script = new URL('./server.js', import.meta.url);
    // Not our own execArgv: the TypeScript loader stays out of the process that is measured.
    const child = fork(script, [subject, handler], { execArgv: ['--expose-gc', ...nodeOptions()] });
    return new ServerProcess(child, await answer<number>(child));
  }

  cpu(): Promise<CpuReading> {
    return this.#ask('cpu');
  }

  memory(): Promise<MemoryReading> {
    return this.#ask('memory');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.disconnect();
    await once(this.#child, 'exit');
  }

  #ask<T>(question: 'cpu' | 'memory'): Promise<T> {
    this.#child.send(question);
    return answer<T>(this.#child);
  }
}

/** For profiling a server: `BENCH_NODE_OPTIONS="--cpu-prof --cpu-prof-dir=prof" npm run bench:echo`. */
export function nodeOptions(): string[] {
  return process.env.BENCH_NODE_OPTIONS?.split(' ') ?? [];
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`The server process ended with ${code}.`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as T);
    });
  });
}
