import type { IncomingMessage } from 'node:http';
import { NEVER } from 'rxjs';
import { route, sluice, type TrustProxy } from 'sluice';
import { expect, test } from 'vitest';
import { compileTrust, forwarded } from '../../src/edge/trust.ts';

interface Facts {
  readonly remoteAddress?: string | undefined;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly encrypted?: boolean;
}

function read(trust: TrustProxy, { remoteAddress = '10.0.0.1', url = '/', headers = {}, encrypted }: Facts) {
  const socket = encrypted ? { remoteAddress, encrypted } : { remoteAddress };
  return forwarded({ url, headers: { host: 'own.example', ...headers }, socket } as unknown as IncomingMessage, trust);
}

const headers = {
  'x-forwarded-for': '203.0.113.9, 198.51.100.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'public.example',
};

test('without trust the connection and Host count', () => {
  expect(read(false, { headers })).toEqual({ host: 'own.example', remoteAddress: '10.0.0.1', secure: false });
  expect(read(0, { headers })).toEqual({ host: 'own.example', remoteAddress: '10.0.0.1', secure: false });
  expect(read('192.168.0.0/16', { headers }).remoteAddress).toBe('10.0.0.1');
});

test('as many hops are believed as are trusted', () => {
  expect(read(1, { headers }).remoteAddress).toBe('198.51.100.7');
  expect(read(2, { headers }).remoteAddress).toBe('203.0.113.9');
  expect(read(true, { headers }).remoteAddress).toBe('203.0.113.9');
});

test('addresses, subnets, names of nets and functions say who is believed', () => {
  const nearest = '198.51.100.7';
  for (const trust of ['10.0.0.1', '10.0.0.0/8', 'uniquelocal', '127.0.0.1, 10.0.0.1', ['loopback', '10.0.0.0/8']]) {
    expect(read(trust, { headers }).remoteAddress).toBe(nearest);
  }
  expect(read((address) => address === '10.0.0.1', { headers }).remoteAddress).toBe(nearest);
  expect(read((_address, hop) => hop < 2, { headers }).remoteAddress).toBe('203.0.113.9');
});

test('a trusted proxy tells host and scheme; what it leaves out is taken from the connection', () => {
  expect(read(1, { headers })).toMatchObject({ host: 'public.example', secure: true });
  expect(read(1, { headers: { 'x-forwarded-proto': 'http' }, encrypted: true })).toMatchObject({ secure: false });
  expect(read(1, { encrypted: true })).toEqual({ host: 'own.example', remoteAddress: '10.0.0.1', secure: true });
  expect(read(1, { headers: { 'x-forwarded-host': '' } }).host).toBe('own.example');
});

test('of several values the first counts', () => {
  const several = { 'x-forwarded-host': 'a.example, b.example', 'x-forwarded-proto': 'HTTPS, http' };
  expect(read(1, { headers: several })).toMatchObject({ host: 'a.example', secure: true });
});

test('an IPv4 address in IPv6 form is shown as IPv4', () => {
  expect(read(false, { remoteAddress: '::ffff:192.0.2.1' }).remoteAddress).toBe('192.0.2.1');
  expect(read('10.0.0.1', { remoteAddress: '::ffff:10.0.0.1', headers }).remoteAddress).toBe('198.51.100.7');
  expect(read(false, { remoteAddress: '2001:db8::1' }).remoteAddress).toBe('2001:db8::1');
});

test('the host of a whole URL in the request line counts instead of Host', () => {
  expect(read(false, { url: 'http://line.example:81/a?b' }).host).toBe('line.example:81');
  expect(read(1, { url: 'http://line.example/', headers }).host).toBe('public.example');
});

test('what is no address is refused when the app is made', () => {
  for (const trustProxy of ['nonsense', ['10.0.0.1', '10.0.0.0/99'], '10.0.0.1,,']) {
    const make = () => sluice([route('/', { trustProxy }, () => NEVER)]);
    expect(make).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
  }
});

test('addresses are compiled once', () => {
  const list = ['10.0.0.0/8'];
  expect(compileTrust(list)).toBe(compileTrust(list));
  expect(compileTrust('loopback')).toBe(compileTrust('loopback'));
});
