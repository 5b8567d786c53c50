import { type FastifyInstance, fastify } from 'fastify';
import { type App, sluice } from 'sluice';
import { echoRoute } from './echo.ts';

/** Fastify answers plain HTTP, sluice takes the upgrade requests to its own paths; both on one server. */
export function fastifyServer(): { web: FastifyInstance; app: App } {
  const web = fastify();
  web.get('/', () => 'Fastify is here. Connect to /echo.');

  const app = sluice([echoRoute]);
  app.attach(web.server);
  // Fastify waits for open connections when it closes, so the channels end first.
  web.addHook('preClose', () => app.close({ grace: 5_000 }));
  return { web, app };
}
