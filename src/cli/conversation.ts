import { createInterface, type Interface } from 'node:readline';
import { WebSocket } from 'ws';
import { say } from './terminal.ts';

/** After the last line of a pipe, the peer may be silent for so long before the connection is closed, in ms. */
const quiet = 1_000;

/** Is told what goes on. */
interface Listener {
  /** Is given each line. */
  hear(line: string): void;
  /** A Close is sent, before the peer has sent one. */
  closing?(code: number, reason: string): void;
}

/** Lines that are typed, or come out of a pipe, while others are printed between them. */
export class Conversation {
  readonly #ws: WebSocket;
  readonly #listener: Listener;
  readonly #lines: Interface;
  #hangUp: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(ws: WebSocket, listener: Listener) {
    this.#ws = ws;
    this.#listener = listener;
    const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    const output = isTerminal ? { output: process.stdout, prompt: '> ' } : {};
    this.#lines = createInterface({ input: process.stdin, terminal: isTerminal, ...output });
    this.#lines.on('line', (line) => {
      if (ws.readyState === WebSocket.OPEN) listener.hear(line);
      this.#lines.prompt(true);
    });
    this.#lines.on('SIGINT', () => this.close());
    this.#lines.on('close', () => this.#inputEnded());
    process.once('SIGINT', () => this.close());
    this.#lines.prompt();
  }

  /** Waits until the connection is over. */
  get over(): Promise<void> {
    if (this.#ws.readyState === WebSocket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => {
      this.#ws.once('close', () => resolve());
    });
  }

  /** Prints a line above the one that is being typed. */
  print(line: string): void {
    if (this.#lines.terminal) process.stdout.write('\r\u001b[K');
    say(line);
    if (!this.#ended) this.#lines.prompt(true);
  }

  /** A message has come, so that the peer is not silent. */
  heard(): void {
    this.#hangUp?.refresh();
  }

  close(code = 1000, reason = ''): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#listener.closing?.(code, reason);
    this.#ws.close(code, reason);
  }

  /** The connection is over. */
  end(): void {
    if (this.#lines.terminal) process.stdout.write('\r\u001b[K');
    this.#ended = true;
    clearTimeout(this.#hangUp);
    this.#lines.close();
  }

  #inputEnded(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#hangUp = setTimeout(() => this.close(), quiet);
  }
}
