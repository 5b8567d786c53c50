import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import { SluiceError, show } from './errors.ts';

/** Cookies of a request by name. */
export type Cookies = Readonly<Record<string, string | undefined>>;

/** A cookie to set on the 101: its value, or the value with attributes (`maxAge` is in seconds, as in HTTP). */
export type CookieToSet = string | Readonly<Omit<SetCookie, 'name'>>;

/** Parses a `Cookie` header (RFC 6265 section 5.4); a missing header gives no cookies. */
export function parseCookies(header: string | null | undefined): Cookies {
  return parseCookie(header ?? '');
}

/** Writes one `Set-Cookie` value. Throws `SLUICE_BAD_HEADER` where name, value or an attribute is not allowed. */
export function setCookieLine(name: string, cookie: CookieToSet): string {
  const attributes = typeof cookie === 'string' ? { value: cookie } : cookie;
  try {
    return stringifySetCookie({ ...attributes, name });
  } catch (cause) {
    throw new SluiceError('SLUICE_BAD_HEADER', `The cookie ${show(name)} cannot be written.`, { cause });
  }
}
