import { text as readAll } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type { Settings } from '../marble/scenario.ts';
import type { Seen, TraceEvent } from '../marble/trace.ts';
import type { Value } from '../marble/value.ts';
import { CloseError } from '../protocol/close.ts';
import type { HandlerWatch } from '../testing/recorded-handler.ts';
import { type Filling, payloadOf } from '../testing/sent-value.ts';

/** One peer of a scenario at the other end of a real socket, and what is seen of its channel. */
export class WireParty implements HandlerWatch {
  readonly lanes: Readonly<Record<'out' | 'wire' | 'sub', TraceEvent[]>> = { out: [], wire: [], sub: [] };
  /** Of its channel, once the handler runs. */
  channel: string | undefined;
  readonly #now: () => number;
  #client: WebSocket | undefined;
  #end: TraceEvent | undefined;
  #isCut = false;

  /** @param now The instant of the scenario that is played. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Resolves when the handshake has passed or was refused. */
  connect(port: number, { url, headers, protocols }: Settings): Promise<void> {
    const fields = { Host: 'localhost', ...headers } as Record<string, string>;
    const client = new WebSocket(`ws://127.0.0.1:${port}${url}`, [...protocols], { headers: fields });
    this.#client = client;
    client.on('message', (data: Buffer, isBinary) => {
      const seen: Seen = isBinary ? { kind: 'binary', bytes: data } : { kind: 'text', text: data.toString() };
      // The handler may have ended before its last messages arrived; they left before the end.
      this.lanes.out.splice(this.#end === undefined ? this.lanes.out.length : -1, 0, this.#event(seen));
      this.#sees(seen);
    });
    client.on('ping', () => this.#sees({ kind: 'ping' }));
    client.on('pong', () => this.#sees({ kind: 'pong' }));
    client.on('close', (code, reason) => {
      if (code !== 1006) this.#sees({ kind: 'close', code, reason: reason.toString() });
      else if (!this.#isCut) this.#sees({ kind: 'terminate' });
    });
    return new Promise((resolve) => {
      client.on('open', resolve);
      client.on('error', () => resolve());
      client.on('unexpected-response', async (_request, response) => {
        this.#isCut = true;
        const page = await readAll(response);
        // The line break is HTTP's, and where the refusal says nothing, so are the words.
        const body = page === `${response.statusMessage}\n` ? '' : page.replace(/\n$/, '');
        const seen: Seen = { kind: 'reject', status: response.statusCode ?? 0, body };
        this.#says(seen);
        this.#sees(seen);
        client.terminate();
        resolve();
      });
    });
  }

  /** Does what stands in the lane `in`. */
  acts(value: Value, filling: Filling): void {
    const client = this.#client;
    if (client?.readyState !== WebSocket.OPEN) return;
    switch (value.kind) {
      case 'end':
        client.close(1000);
        break;
      case 'close':
        if (value.code === 1005) client.close();
        else client.close(value.code, value.reason);
        break;
      case 'lost':
        this.cut();
        break;
      case 'ping':
        client.ping();
        break;
      case 'pong':
        client.pong();
        break;
      default:
        client.send(payloadOf(value, filling));
    }
  }

  cut(): void {
    this.#isCut = true;
    this.#client?.terminate();
  }

  // --- HandlerWatch ---

  subscribed(): void {
    this.lanes.sub.push(this.#event({ kind: 'subscribe' }));
  }

  unsubscribed(): void {
    this.lanes.sub.push(this.#event({ kind: 'unsubscribe' }));
  }

  completed(): void {
    this.#says({ kind: 'end' });
  }

  failed(error: unknown): void {
    if (error instanceof CloseError) this.closed(error);
    else this.#says({ kind: 'error', error });
  }

  closed({ code, reason }: { readonly code: number; readonly reason: string }): void {
    this.#says({ kind: 'close', code, reason });
  }

  #says(seen: Seen): void {
    if (this.#end !== undefined) return;
    this.#end = this.#event(seen);
    this.lanes.out.push(this.#end);
  }

  #sees(seen: Seen): void {
    this.lanes.wire.push(this.#event(seen));
  }

  #event(seen: Seen): TraceEvent {
    return { time: this.#now(), seen };
  }
}
