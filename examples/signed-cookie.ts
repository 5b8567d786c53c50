import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who has signed in, and until when. */
export interface Session {
  readonly user: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Signs sessions, so that they can be kept in a cookie, and reads them back. */
export interface Signer {
  sign(session: Session): string;
  /** Answers nothing for a token that this key has not signed, and for one that has expired. */
  verify(token: string | undefined): Session | undefined;
}

/**
 * Makes a signer with a secret key. A token is the session in JSON and its HMAC-SHA-256, both in base64url.
 *
 * ```ts
 * const signer = signerOf(randomBytes(32));
 * signer.verify(signer.sign({ user: 'ada', expires: Date.now() + 60_000 })) // { user: 'ada', expires: ... }
 * ```
 */
export function signerOf(key: Uint8Array): Signer {
  const macOf = (content: string): Buffer => createHmac('sha256', key).update(content).digest();
  return {
    sign: (session) => {
      const content = Buffer.from(JSON.stringify(session)).toString('base64url');
      return `${content}.${macOf(content).toString('base64url')}`;
    },
    verify: (token = '') => {
      const [content = '', mac = ''] = token.split('.', 2);
      const given = Buffer.from(mac, 'base64url');
      const expected = macOf(content);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      // Only what this key has signed is read.
      const session: Session = JSON.parse(Buffer.from(content, 'base64url').toString());
      return session.expires > Date.now() ? session : undefined;
    },
  };
}
