import { SluiceError, show } from './errors.ts';

const anyOriginMark: unique symbol = Symbol('sluice.anyOrigin');

/** The way out of the origin check; made by `anyOrigin()`. */
export interface AnyOrigin {
  readonly [anyOriginMark]: true;
}

/**
 * Lets pages of every origin connect. Dangerous where cookies sign people in: any page on the web can then open a
 * channel in the name of its visitor.
 *
 * ```ts
 * route('/public-prices', { origins: anyOrigin() }, prices)
 * ```
 */
export function anyOrigin(): AnyOrigin {
  return Object.freeze({ [anyOriginMark]: true as const });
}

/** Which origins may connect: a list of exact origins (scheme, host, port), or `anyOrigin()`. */
export type Origins = readonly string[] | AnyOrigin;

/** Answers whether a handshake with this `Origin` (none: not a browser) to this `Host` may pass. */
export type OriginCheck = (origin: string | undefined, host: string) => boolean;

/** Makes the check of a route; without `origins` it is the same-origin rule. Throws `SLUICE_BAD_OPTION`. */
export function originCheck(origins: Origins | undefined): OriginCheck {
  if (origins === undefined) return (origin, host) => origin === undefined || isSameOrigin(origin, host);
  if (!Array.isArray(origins)) {
    if (typeof origins === 'object' && origins !== null && anyOriginMark in origins) return () => true;
    throw badOrigin(origins);
  }
  const allowed = new Set(origins.map(normalise));
  return (origin) => origin === undefined || allowed.has(origin.toLowerCase());
}

/** A name or an IPv4 address, and a port. */
const plainHost = /^[a-z0-9][a-z0-9.-]*(:\d{1,5})?$/i;

const webScheme = /^https?:\/\/$/i;

/** Host and port are compared, the scheme is not: behind a proxy that ends TLS the server does not know it. */
function isSameOrigin(origin: string, host: string): boolean {
  // Mostly they are alike to the letter; parsing both as URLs would be a tenth of our part of a handshake.
  const isAlike = origin.endsWith(host) && plainHost.test(host);
  if (isAlike && webScheme.test(origin.slice(0, origin.length - host.length))) return true;
  const scheme = /^https?:(?=\/\/)/i.exec(origin)?.[0];
  if (scheme === undefined || !URL.canParse(origin) || !URL.canParse(`${scheme}//${host}`)) return false;
  return new URL(origin).host === new URL(`${scheme}//${host}`).host;
}

// A wildcard would be a host name to the URL standard, and match nobody.
const exactOrigin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\\\s]+$/i;

/** Browsers send origins in the form of the URL standard, so a listed one is brought to that form. */
function normalise(origin: unknown): string {
  if (typeof origin !== 'string' || !exactOrigin.test(origin) || !URL.canParse(origin)) {
    throw badOrigin(origin);
  }
  return /^https?:/i.test(origin) ? new URL(origin).origin : origin.toLowerCase();
}

function badOrigin(value: unknown): SluiceError {
  return new SluiceError(
    'SLUICE_BAD_OPTION',
    `The option origins takes origins such as 'https://example.com' or anyOrigin(), not ${show(value)}.`,
  );
}
