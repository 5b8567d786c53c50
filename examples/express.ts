import { createServer, type Server } from 'node:http';
import express from 'express';
import { type App, sluice } from 'sluice';
import { echoRoute } from './echo.ts';

/** Express answers plain HTTP, sluice takes the upgrade requests to its own paths; both on one server. */
export function expressServer(): { server: Server; app: App } {
  const web = express();
  web.get('/', (_request, response) => {
    response.send('Express is here. Connect to /echo.');
  });

  const app = sluice([echoRoute]);
  const server = createServer(web);
  app.attach(server);
  return { server, app };
}
