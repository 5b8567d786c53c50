import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** The opcodes of RFC 6455 section 5.2. */
export const op = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame as it stands on the wire. */
export interface Frame {
  readonly opcode: number;
  readonly fin: boolean;
  /** The three reserved bits as a number; 4 is RSV1, which marks a compressed message. */
  readonly rsv: number;
  readonly payload: Buffer;
}

/** The answer to an HTTP request. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** Makes the bytes of a frame, right or wrong. */
export function frame(
  opcode: number,
  payload: string | Uint8Array = '',
  { fin = true, rsv = 0, masked = true }: { fin?: boolean; rsv?: number; masked?: boolean } = {},
): Buffer {
  const data = Buffer.from(payload as string);
  const length = data.length < 126 ? [data.length] : data.length < 65_536 ? [126, 0, 0] : [127, 0, 0, 0, 0, 0, 0, 0, 0];
  const head = Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode, ...length]);
  if (length.length === 3) head.writeUInt16BE(data.length, 2);
  if (length.length === 9) head.writeBigUInt64BE(BigInt(data.length), 2);
  if (!masked) return Buffer.concat([head, data]);
  head.writeUInt8(head.readUInt8(1) | 0x80, 1);
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  return Buffer.concat([head, mask, data.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** Makes the bytes of a Close; without a code it is empty. */
export function closeFrame(code?: number, reason: string | Uint8Array = ''): Buffer {
  if (code === undefined) return frame(op.close);
  const data = Buffer.alloc(2);
  data.writeUInt16BE(code);
  return frame(op.close, Buffer.concat([data, Buffer.from(reason as string)]));
}

/** The text of an upgrade request; a header that is `undefined` is left out, a list stands several times. */
export function upgradeRequest(
  path: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>> = {},
  line = `GET ${path} HTTP/1.1`,
): string {
  const all = {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${one}`));
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

/** How a client connects; one that allows half-open stays when the server has ended its side. */
export interface Connecting {
  readonly tls?: ConnectionOptions;
  readonly allowHalfOpen?: boolean;
}

/** A TCP connection that speaks HTTP and WebSocket by hand, and may do it badly. */
export class RawClient {
  readonly socket: Socket;
  /** The server has sent its last byte, or the connection broke. */
  readonly ended: Promise<void>;
  #received = Buffer.alloc(0);
  #over = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      const over = (): void => {
        this.#over = true;
        this.#wake();
        resolve();
      };
      socket.on('end', over).on('close', over).on('error', over);
    });
  }

  static async connect(port: number, { tls, allowHalfOpen = false }: Connecting = {}): Promise<RawClient> {
    const options = { port, host: '127.0.0.1', noDelay: true, allowHalfOpen };
    const socket = tls ? connectTls({ ...options, ...tls }) : connect(options);
    const client = new RawClient(socket);
    await once(socket, tls ? 'secureConnect' : 'connect');
    return client;
  }

  /** Connects and completes a handshake. */
  static async open(
    port: number,
    path: string,
    headers: Parameters<typeof upgradeRequest>[1] = {},
    connecting: Connecting = {},
  ): Promise<RawClient> {
    const client = await RawClient.connect(port, connecting);
    client.write(upgradeRequest(path, headers));
    const { status, body } = await client.answer();
    if (status !== 101) throw new Error(`The handshake was answered with ${status} ${body}`);
    return client;
  }

  write(...bytes: ReadonlyArray<string | Uint8Array>): void {
    this.socket.write(Buffer.concat(bytes.map((part) => Buffer.from(part as string))));
  }

  /** Sends a whole frame. */
  send(...parameters: Parameters<typeof frame>): void {
    this.write(frame(...parameters));
  }

  /** Breaks the connection with a TCP reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Stops reading: the kernel's buffers fill up. */
  deaf(): this {
    this.socket.pause();
    return this;
  }

  /** Reads an HTTP answer; one to a HEAD has no body. */
  async answer({ head = false } = {}): Promise<Answer> {
    const end = await this.#until(() => this.#received.indexOf('\r\n\r\n') + 1);
    if (end === 0) throw new Error('The connection ended without an answer.');
    const [line = '', ...lines] = this.#take(end + 3)
      .toString('latin1')
      .trimEnd()
      .split('\r\n');
    const headers = new Headers(lines.map((text) => text.split(/:\s*(.*)/s, 2) as [string, string]));
    const status = Number(line.split(' ')[1]);
    const length = head || status === 101 ? 0 : Number(headers.get('content-length'));
    await this.#until(() => this.#received.length >= length);
    const body = this.#take(length).toString();
    return { status, reason: line.split(' ').slice(2).join(' '), headers, cookies: headers.getSetCookie(), body };
  }

  /** Reads the next frame; `undefined` when the connection has ended instead. */
  async frame(): Promise<Frame | undefined> {
    const found = await this.#until(() => this.#parse());
    if (!found) return undefined;
    this.#take(found.bytes);
    return found.frame;
  }

  /** Reads frames up to the end of the connection. */
  async frames(): Promise<Frame[]> {
    const frames: Frame[] = [];
    for (let next = await this.frame(); next !== undefined; next = await this.frame()) frames.push(next);
    return frames;
  }

  /** Reads up to the Close, and answers its code (1005: none) and reason. */
  async close(): Promise<{ code: number; reason: string } | undefined> {
    for (;;) {
      const next = await this.frame();
      if (next === undefined) return undefined;
      if (next.opcode !== op.close) continue;
      if (next.payload.length < 2) return { code: 1005, reason: '' };
      return { code: next.payload.readUInt16BE(), reason: next.payload.subarray(2).toString() };
    }
  }

  /** Bytes that have come and that nobody has read as an answer or a frame. */
  get rest(): Buffer {
    return this.#received;
  }

  #take(bytes: number): Buffer {
    const taken = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return taken;
  }

  async #until<T>(look: () => T): Promise<T> {
    for (;;) {
      const found = look();
      if (found || this.#over) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #parse(): { frame: Frame; bytes: number } | undefined {
    const data = this.#received;
    if (data.length < 2) return undefined;
    const short = data.readUInt8(1) & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (data.length < start) return undefined;
    const length = short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short;
    if (data.length < start + length) return undefined;
    const first = data.readUInt8(0);
    const payload = Buffer.from(data.subarray(start, start + length));
    return {
      frame: { opcode: first & 0x0f, fin: first > 0x7f, rsv: (first >> 4) & 7, payload },
      bytes: start + length,
    };
  }
}
