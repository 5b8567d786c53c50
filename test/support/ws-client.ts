import { type ClientOptions, WebSocket } from 'ws';

/** A client of `ws` that keeps what it gets. */
export interface WsClient {
  readonly ws: WebSocket;
  /** Messages in order: strings for text, Buffers for binary. */
  readonly messages: Array<string | Buffer>;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Waits for so many messages in all. */
  received(count: number): Promise<ReadonlyArray<string | Buffer>>;
}

/** Opens a WebSocket; rejects when the handshake is refused. */
export function openWs(url: string, options: ClientOptions & { subprotocols?: string[] } = {}): Promise<WsClient> {
  const { subprotocols = [], ...rest } = options;
  const ws = new WebSocket(url, subprotocols, rest);
  const messages: Array<string | Buffer> = [];
  let wake = (): void => {};
  ws.on('message', (data: Buffer, isBinary) => {
    messages.push(isBinary ? data : data.toString());
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      wake();
    });
  });
  const received = async (count: number): Promise<ReadonlyArray<string | Buffer>> => {
    while (messages.length < count) {
      if (ws.readyState === WebSocket.CLOSED) throw new Error(`Closed after ${messages.length} of ${count} messages.`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return messages;
  };
  return new Promise((resolve, reject) => {
    ws.on('error', reject);
    ws.on('open', () => resolve({ ws, messages, closed, received }));
  });
}

/** The HTTP status with which a handshake is refused; 101 when it is not. */
export function statusOf(url: string, options: ClientOptions & { subprotocols?: string[] } = {}): Promise<number> {
  const { subprotocols = [], ...rest } = options;
  const ws = new WebSocket(url, subprotocols, rest);
  return new Promise((resolve, reject) => {
    ws.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
      request.destroy();
    });
    ws.on('open', () => {
      resolve(101);
      ws.close();
    });
    ws.on('error', reject);
  });
}
