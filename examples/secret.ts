import { map, startWith } from 'rxjs';
import { accept, type Handler, type Route, reject, route, type UpgradeRequest } from 'sluice';
import type { Session, Signer } from './signed-cookie.ts';

/** Browsers send the token as a cookie; programs may send it as a header. */
const tokenOf = ({ cookies, headers }: UpgradeRequest): string | undefined =>
  headers.get('authorization')?.match(/^Bearer (.+)$/i)?.[1] ?? cookies.session;

/** Lets those in who have signed in, and closes with 4001 when their token expires. */
export const signedIn = ({ session }: Pick<UpgradeRequest<unknown, Session | undefined>, 'session'>) =>
  session === undefined
    ? reject(401, 'Sign in first.', { 'WWW-Authenticate': 'Bearer' })
    : accept({ context: { user: session.user }, expires: new Date(session.expires) });

/** Greets by name, and puts the name in front of each message. */
export const secret: Handler<string, string, '/secret', { user: string }, Session | undefined> = ({ in$, context }) =>
  in$.pipe(
    map((text) => `${context.user}: ${text}`),
    startWith(`You are signed in as ${context.user}.`),
  );

export const secretRoute = (signer: Signer): Route =>
  route('/secret', { session: (request) => signer.verify(tokenOf(request)), guard: signedIn }, secret);
