import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import express, { type Request, type RequestHandler, type Response } from 'express';
import session, { type SessionData } from 'express-session';
import { of } from 'rxjs';
import { type App, reject, route, sluice } from 'sluice';

declare module 'express-session' {
  interface SessionData {
    user: string;
  }
}

/** Runs the middleware of express-session on an upgrade request. There is no response, so nothing is set. */
const sessionOf =
  (middleware: RequestHandler) =>
  (_request: unknown, incoming: IncomingMessage): Promise<Partial<SessionData>> =>
    new Promise((resolve, fail) => {
      const request = incoming as Request;
      middleware(request, new ServerResponse(incoming) as Response, (error?: unknown) =>
        error === undefined ? resolve(request.session) : fail(error),
      );
    });

/** Signs people in over HTTP with express-session, and lets them into /whoami with the same session. */
export function expressSessionServer(secret: string): { server: Server; app: App } {
  const middleware = session({ secret, resave: false, saveUninitialized: false });
  const web = express().use(middleware);
  web.post('/sign-in/:user', (request, response) => {
    request.session.user = request.params.user;
    response.sendStatus(204);
  });

  const app = sluice([
    route(
      '/whoami',
      {
        session: sessionOf(middleware),
        guard: ({ session: { user } }) => (user === undefined ? reject(401) : { user }),
      },
      ({ context }) => of(`You are ${context.user}.`),
    ),
  ]);
  const server = createServer(web);
  app.attach(server);
  return { server, app };
}
