import { once } from 'node:events';
import { connect as connectTcp, type Socket as NetSocket } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type { Settings } from '../marble/scenario.ts';
import type { Seen } from '../marble/trace.ts';
import type { Close } from '../protocol/close.ts';
import type { Payload } from '../protocol/payload.ts';
import type { CastParty } from '../testing/cast.ts';
import { ChannelWatch, messageOf } from '../testing/channel-watch.ts';
import type { Recorder } from '../testing/recorder.ts';
import type { Peer } from '../testing/script.ts';
import { earlyFrame } from './early-frame.ts';
import type { ServerEnd } from './server-end.ts';

/** One peer of a scenario at the other end of a real socket, and what is seen of its channel. */
export class WireParty implements Peer {
  readonly watch: ChannelWatch;
  readonly #out: (seen: Seen) => void;
  readonly #wire: (seen: Seen) => void;
  readonly #answersPings: boolean;
  #tcp: NetSocket | undefined;
  #client: WebSocket | undefined;
  #server: ServerEnd | undefined;
  /** How the handler has ended, while messages that left before may be on their way. */
  #end: Seen | undefined;
  #isConnecting = false;
  #isCut = false;
  #reads = Number.POSITIVE_INFINITY;

  constructor({ name, answersPings }: CastParty, recorder: Recorder) {
    this.#answersPings = answersPings;
    this.#out = recorder.lane('out', name);
    this.#wire = recorder.lane('wire', name);
    this.watch = new ChannelWatch(name, recorder, (end) => {
      this.#end = end;
    });
  }

  /** Makes a connection and sends the upgrade request over it. */
  async connect(port: number, { url, headers, protocols }: Settings): Promise<void> {
    this.#isConnecting = true;
    const tcp = connectTcp(port, '127.0.0.1');
    this.#tcp = tcp;
    await once(tcp, 'connect');
    this.#client = new WebSocket(`ws://127.0.0.1:${port}${url}`, [...protocols], {
      headers: { Host: 'localhost', ...headers } as Record<string, string>,
      autoPong: this.#answersPings,
      perMessageDeflate: false,
      createConnection: () => tcp,
    });
    this.#listen(this.#client);
  }

  /** Whether this end of a connection belongs to the peer. */
  isAt(port: number | undefined): boolean {
    return port !== undefined && this.#tcp?.localPort === port;
  }

  /** The upgrade request has come. */
  arrived(server: ServerEnd): void {
    this.#server = server;
    this.#isConnecting = false;
    server.window?.reads(this.#reads);
  }

  /** The handshake has passed: the handler is going to run. */
  upgraded(): void {
    this.#server?.window?.upgraded();
  }

  /** Whether nothing is on its way, neither there nor back. */
  get isQuiet(): boolean {
    if (this.#tcp === undefined) return true;
    if (this.#tcp.destroyed && this.#client?.readyState !== WebSocket.CLOSED) return false;
    if (this.#isConnecting) return this.#isCut;
    return this.#server === undefined || this.#server.isQuiet(this.#tcp);
  }

  /** All that has left before has come. */
  settle(): void {
    if (this.#end !== undefined) this.#out(this.#end);
    this.#end = undefined;
  }

  cut(): void {
    this.watch.cut();
    this.vanishes();
    this.#server?.cut();
  }

  // --- Peer ---

  delivers(payload: Payload): void {
    const isText = typeof payload === 'string';
    this.#speaks(isText ? 1 : 2, payload, (client) => client.send(payload));
  }

  closes({ code, reason }: Close): void {
    const bytes = code === 1005 ? Buffer.alloc(0) : Buffer.from(`\0\0${reason}`);
    if (code !== 1005) bytes.writeUInt16BE(code);
    this.#speaks(8, bytes, (client) => (code === 1005 ? client.close() : client.close(code, reason)));
  }

  pings(): void {
    this.#speaks(9, '', (client) => client.ping());
  }

  pong(): void {
    this.#speaks(10, '', (client) => client.pong());
  }

  vanishes(): void {
    this.#isCut = true;
    // Whoever goes and has not read all resets the connection: so do kernels.
    if (this.#server?.window?.isHolding) this.#tcp?.resetAndDestroy();
    else this.#tcp?.destroy();
  }

  reads(payloads: number): void {
    this.#reads = payloads;
    this.#server?.window?.reads(payloads);
  }

  /** A peer that speaks before its handshake is answered cannot do so with a WebSocket. */
  #speaks(opcode: number, early: Payload, speak: (client: WebSocket) => void): void {
    if (this.#client?.readyState === WebSocket.OPEN) speak(this.#client);
    else if (this.#client?.readyState === WebSocket.CONNECTING) this.#tcp?.write(earlyFrame(opcode, early));
  }

  #listen(client: WebSocket): void {
    client.on('message', (data: Buffer, isBinary) => {
      const message = messageOf(isBinary ? data : data.toString());
      this.#out(message);
      this.#wire(message);
    });
    client.on('ping', () => this.#wire({ kind: 'ping' }));
    client.on('pong', () => this.#wire({ kind: 'pong' }));
    client.on('close', (code, reason) => {
      if (code !== 1006) this.#wire({ kind: 'close', code, reason: reason.toString() });
      else if (!this.#isCut) this.#wire({ kind: 'terminate' });
    });
    // Whoever cuts the connection is told so.
    client.on('error', () => {});
    client.on('unexpected-response', async (_request, response) => {
      this.#isCut = true;
      const page = await readAll(response);
      const status = response.statusCode ?? 0;
      // The line break is HTTP's, and where the refusal says nothing, so are the words.
      const body = page === `${response.statusMessage}\n` ? '' : page.replace(/\n$/, '');
      this.watch.refused(status, body);
      this.#wire({ kind: 'reject', status, body });
      client.terminate();
    });
  }
}
