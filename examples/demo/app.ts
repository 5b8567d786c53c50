import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type App, type ShutdownOptions, sluice } from 'sluice';
import { chatRoute } from '../chat.ts';
import { clockRoute } from '../clock.ts';
import { echoRoute } from '../echo.ts';
import { greetRoute } from '../greet.ts';
import { helloRoute } from '../hello.ts';
import { pressureRoute } from '../pressure.ts';
import { allPricesRoute, pricesRoute } from '../prices.ts';
import { rowsRoute } from '../rows.ts';
import { secretRoute } from '../secret.ts';
import { type Signer, signerOf } from '../signed-cookie.ts';
import { slowRoute } from '../slow.ts';
import { readerRoute } from './reader.ts';
import { servePage } from './static.ts';

/** The demo at work. */
export interface Demo {
  readonly url: string;
  /** Ends all channels, then the server. */
  close(options?: ShutdownOptions): Promise<void>;
}

/** How long somebody stays signed in. */
const signedInSeconds = 300;

const socketPath = /^\/(echo|hello|greet|clock|secret|chat\/[^/]+|slow|rows|prices(\/all)?|reader|pressure\/[^/]+)$/;

/**
 * Starts the demo: its page, and the examples to try from it.
 *
 * @param port 0 picks a free one.
 * @param host Default this machine only.
 */
export async function startDemo(port: number, host = '127.0.0.1'): Promise<Demo> {
  // Made anew at each start: whoever was signed in before is not any more.
  const signer = signerOf(randomBytes(32));
  const server = createServer(answer(signer));
  const app: App = sluice(
    [
      ...[echoRoute, helloRoute, greetRoute, chatRoute, clockRoute, secretRoute(signer)],
      ...[slowRoute, rowsRoute, pricesRoute, allPricesRoute],
      pressureRoute(() => app),
      readerRoute(() => url),
    ],
    // A quarter of the default, so that a gauge up to here shows the high water as well.
    { outCeiling: 262_144 },
  );
  app.attach(server);
  server.listen(port, host);
  await once(server, 'listening');
  const url = urlOf(server.address() as AddressInfo);
  return {
    url,
    close: async (options) => {
      const closed = once(server, 'close');
      server.close();
      await app.close(options);
      server.closeAllConnections();
      await closed;
    },
  };
}

function urlOf({ family, address, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** The plain HTTP of the demo. A server that an app is attached to has its own answers, also on the app's paths. */
function answer(signer: Signer): RequestListener {
  const page = servePage();
  return (request, response) => {
    if (page(request, response)) return;
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (path === '/sign-in' || path === '/sign-out') {
      if (request.method !== 'POST') response.writeHead(405, { Allow: 'POST' }).end();
      else response.writeHead(204, { 'Set-Cookie': path === '/sign-in' ? signIn(signer) : signOut }).end();
    } else if (socketPath.test(path)) {
      response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade' }).end();
    } else {
      response.writeHead(404).end();
    }
  };
}

const attributes = 'Path=/; HttpOnly; SameSite=Strict';

/** Everybody is Ada here: a real application asks for a password first, and adds `Secure`. */
function signIn(signer: Signer): string {
  const token = signer.sign({ user: 'ada', expires: Date.now() + signedInSeconds * 1_000 });
  return `session=${token}; Max-Age=${signedInSeconds}; ${attributes}`;
}

const signOut = `session=; Max-Age=0; ${attributes}`;
