import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.ts';

const MESSAGE_BYTES = 64;
const REPLY_TIMEOUT = 2_000;

/**
 * Keeps one message in flight on each of many connections. Every message names its connection and its sequence number
 * and must come back as it went, so a reply that is lost, doubled, swapped, late or altered ends the run.
 */
export class EchoLoad {
  readonly #senders: (() => void)[] = [];
  readonly #clients: Client[] = [];
  #running = false;
  #inFlight = 0;
  #latencies: number[] = [];
  #failure: Error | undefined;

  static async open(port: number, connections: number): Promise<EchoLoad> {
    const load = new EchoLoad();
    for (let i = 0; i < connections; i++) load.#add(await Client.open(port));
    return load;
  }

  start(): void {
    this.#running = true;
    for (const send of this.#senders) send();
  }

  /** How long each message took that came back since the last call, in milliseconds. */
  takeLatencies(): number[] {
    const latencies = this.#latencies;
    this.#latencies = [];
    return latencies;
  }

  /** Waits for what is in flight: a message that never comes back is an error too. */
  async pause(): Promise<void> {
    this.#running = false;
    const deadline = performance.now() + REPLY_TIMEOUT;
    while (this.#inFlight > 0 && !this.#failure && performance.now() < deadline) await sleep(5);
    await sleep(20); // A reply that comes twice would come now.
    if (this.#failure) throw this.#failure;
    if (this.#inFlight > 0) throw new Error(`${this.#inFlight} messages never came back.`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  #add(client: Client): void {
    const connection = this.#clients.push(client) - 1;
    const message = Buffer.alloc(MESSAGE_BYTES, '.');
    let sequence = 0;
    let waiting = false;
    let sentAt = 0;
    const send = (): void => {
      message.write(`connection ${connection} message ${sequence++} `, 'latin1');
      waiting = true;
      this.#inFlight++;
      sentAt = performance.now();
      client.send(message);
    };
    client.onText = (reply) => {
      if (!waiting || !reply.equals(message)) return this.#fail(new Error(`Sent "${message}", got "${reply}".`));
      waiting = false;
      this.#inFlight--;
      this.#latencies.push(performance.now() - sentAt);
      if (this.#running) send();
    };
    client.onError = (error) => this.#fail(error);
    this.#senders.push(send);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }
}
