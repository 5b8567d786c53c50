import type { IncomingMessage } from 'node:http';

/** What a request is for. */
export interface Target {
  /** Path and query. */
  readonly url: string;
  /** The host, where the request line names one. */
  readonly host: string | undefined;
}

const absoluteForm = /^(?:https?|wss?):\/\/([^/?#]*)(.*)$/i;

/** Reads the request line. It may hold a whole URL, whose host then counts instead of `Host` (RFC 9112 section 3.2.2). */
export function targetOf({ url = '' }: Pick<IncomingMessage, 'url'>): Target {
  // As nearly all requests have it.
  if (url.startsWith('/')) return { url, host: undefined };
  const [, host, rest = ''] = absoluteForm.exec(url) ?? [];
  if (host === undefined) return { url, host };
  return { url: rest.startsWith('/') ? rest : `/${rest}`, host };
}
