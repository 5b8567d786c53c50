import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { SluiceError, show } from '../protocol/errors.ts';
import type { TrustProxy } from '../server/options.ts';
import { targetOf } from './target.ts';

/** Says whether the sender of an address is a proxy to believe; `hop` counts from the nearest, which is 0. */
type Trusts = (address: string, hop: number) => boolean;

/** Where a request comes from and where it went, as far as its proxies are believed. */
export interface Forwarded {
  readonly host: string;
  readonly remoteAddress: string;
  readonly secure: boolean;
}

const everybody: Trusts = () => true;
const nobody: Trusts = () => false;

const compiledTexts = new Map<string, Trusts>();
const compiledLists = new WeakMap<readonly string[], Trusts>();

/** Makes the option ready; addresses once for all requests. Throws `SLUICE_BAD_OPTION` for what is no address. */
export function compileTrust(trust: TrustProxy): Trusts {
  if (typeof trust === 'function') return trust;
  if (typeof trust === 'boolean') return trust ? everybody : nobody;
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  const known = typeof trust === 'string' ? compiledTexts.get(trust) : compiledLists.get(trust);
  if (known !== undefined) return known;
  const trusts = compileAddresses(trust);
  if (typeof trust === 'string') compiledTexts.set(trust, trusts);
  else compiledLists.set(trust, trusts);
  return trusts;
}

/** Reads the `X-Forwarded-*` fields of a request from a trusted proxy, else the connection. */
export function forwarded(incoming: IncomingMessage, trust: TrustProxy): Forwarded {
  const trusts = compileTrust(trust);
  const nearest = incoming.socket.remoteAddress ?? '';
  const believed = trusts(nearest, 0);
  const addressed = targetOf(incoming).host ?? incoming.headers.host;
  const host = believed ? (first(incoming, 'x-forwarded-host') ?? addressed) : addressed;
  const proto = believed ? first(incoming, 'x-forwarded-proto') : undefined;
  return {
    host: host ?? '',
    // Without a proxy to believe there is nothing to look up.
    remoteAddress: plain(believed ? proxyAddr(incoming, trusts) : nearest),
    secure: proto === undefined ? 'encrypted' in incoming.socket : proto.toLowerCase() === 'https',
  };
}

function compileAddresses(trust: string | readonly string[]): Trusts {
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
