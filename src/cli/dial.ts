import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { readHeaderOptions } from './arguments.ts';
import { Failure } from './command.ts';
import { clearProgress, progress } from './terminal.ts';

/** The options of every command that connects. */
export const dialOptions = {
  protocol: { type: 'string', multiple: true, short: 'p', default: [] as string[] },
  header: { type: 'string', multiple: true, short: 'H', default: [] as string[] },
} as const;

export const dialHelp = `  -p, --protocol NAME       a subprotocol to offer; may be given more than once
  -H, --header 'NAME: VALUE'  a header field of the request, such as Origin, Cookie or Authorization`;

/** The server has answered the handshake with something else than 101. */
export class Refused extends Failure {
  readonly status: number;

  constructor({ statusCode = 0, statusMessage = '' }: IncomingMessage, url: URL) {
    super(`Refused with ${statusCode} ${statusMessage}: ${url}`);
    this.status = statusCode;
  }
}

/** How long a server may take to answer the handshake, in ms. */
const patience = 10_000;

/**
 * Opens a WebSocket.
 *
 * @param listen Is given it before it opens, so that nothing is missed.
 * @throws Failure if it does not open.
 */
export async function dial(
  url: URL,
  values: { readonly protocol: readonly string[]; readonly header: readonly string[] },
  listen: (ws: WebSocket) => void,
): Promise<WebSocket> {
  const headers = readHeaderOptions(values.header);
  progress(`Connecting to ${url} ...`);
  try {
    return await new Promise((resolve, reject) => {
      const ws = new WebSocket(url, [...values.protocol], { headers, handshakeTimeout: patience });
      listen(ws);
      ws.once('open', () => resolve(ws));
      ws.once('unexpected-response', (request, response) => {
        reject(new Refused(response, url));
        request.destroy();
      });
      // After it is open an error is followed by its close.
      ws.on('error', (error) => reject(new Failure(`Cannot connect to ${url}. ${reasonOf(error)}`)));
    });
  } finally {
    clearProgress();
  }
}

/** Where a name has several addresses, the errors are inside. */
function reasonOf(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((one) => reasonOf(one)).join(', ');
  return error.message;
}
