import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { SluiceError, show } from '../protocol/errors.ts';
import type { TrustProxy } from '../server/options.ts';

/** Says whether the sender of an address is a proxy to believe; `hop` counts from the nearest, which is 0. */
type Trusts = (address: string, hop: number) => boolean;

/** Where a request comes from and where it went, as far as its proxies are believed. */
export interface Forwarded {
  readonly host: string;
  readonly remoteAddress: string;
  readonly secure: boolean;
}

const compiled = new Map<TrustProxy, Trusts>();

/** Makes the option ready. Throws `SLUICE_BAD_OPTION` for what is no address. */
export function compileTrust(trust: TrustProxy): Trusts {
  const known = compiled.get(trust);
  if (known !== undefined) return known;
  const trusts = toFunction(trust);
  if (typeof trust !== 'object' && typeof trust !== 'function') compiled.set(trust, trusts);
  return trusts;
}

/** Reads the `X-Forwarded-*` fields of a request from a trusted proxy, else the connection. */
export function forwarded(incoming: IncomingMessage, trust: TrustProxy): Forwarded {
  const trusts = compileTrust(trust);
  const nearest = incoming.socket.remoteAddress ?? '';
  const believed = trusts(nearest, 0);
  const host = believed ? (first(incoming, 'x-forwarded-host') ?? incoming.headers.host) : incoming.headers.host;
  const proto = believed ? first(incoming, 'x-forwarded-proto') : undefined;
  return {
    host: host ?? '',
    // Without a proxy to believe there is nothing to look up.
    remoteAddress: plain(believed ? proxyAddr(incoming, trusts) : nearest),
    secure: proto === undefined ? 'encrypted' in incoming.socket : proto.toLowerCase() === 'https',
  };
}

function toFunction(trust: TrustProxy): Trusts {
  if (typeof trust === 'function') return trust;
  if (typeof trust === 'boolean') return () => trust;
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  try {
    const addresses = typeof trust === 'string' ? trust.split(',').map((address) => address.trim()) : [...trust];
    return proxyAddr.compile(addresses);
  } catch (cause) {
    throw new SluiceError('SLUICE_BAD_OPTION', `The option trustProxy takes addresses, not ${show(trust)}.`, { cause });
  }
}

/** The nearest proxy appends; what it was sent comes first. */
function first(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return (typeof value === 'string' ? value : value?.[0])?.split(',', 1)[0]?.trim() || undefined;
}

/** A dual-stack server sees IPv4 peers as `::ffff:192.0.2.1`. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
