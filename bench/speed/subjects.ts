import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Launch, WatchedServer } from '../support/watched-server.ts';
import { type Dialect, nest, plain, socketIo } from './dialect.ts';

/** A library under measurement. */
export interface Subject {
  readonly name: string;
  /** A module that serves the roles below, in JavaScript. */
  readonly server: URL;
  readonly roles: readonly Role[];
  readonly dialect: Dialect;
  readonly launch: Launch;
}

export type Role = 'echo' | 'room' | 'stream' | 'idle' | 'work';

const here = (path: string): URL => new URL(path, import.meta.url);
const EVERY: readonly Role[] = ['echo', 'room', 'stream', 'idle', 'work'];
const PEERS = fileURLToPath(here('../peers/node_modules'));
export const BUN = `${PEERS}/bun/bin/bun.exe`;

function subject(name: string, server: string, other: Partial<Subject> = {}): Subject {
  return { name, server: here(server), roles: EVERY, dialect: plain, launch: {}, ...other };
}

/** The yardstick. */
export const ws = subject('ws', './servers/ws.js');

export const sluice = subject('sluice', './servers/sluice.js');

/** sluice without its fast path: what that brings. */
export const sluicePlain = subject('sluice, SLUICE_WIRE=plain', './servers/sluice.js', {
  launch: { env: { SLUICE_WIRE: 'plain' } },
});

/** What else one might take, each written as its documentation shows it. */
export const peers: readonly Subject[] = [
  subject('RxJS on ws', './servers/rxjs.js', { roles: ['echo', 'room'] }),
  subject('Socket.IO', '../peers/servers/socket-io.js', { roles: ['echo', 'room'], dialect: socketIo }),
  subject('NestJS, platform-ws', '../peers/servers/nest.js', { roles: ['echo', 'room'], dialect: nest }),
  subject('@fastify/websocket', '../peers/servers/fastify.js', { roles: ['echo', 'room'] }),
  subject('Bun', '../peers/servers/bun.js', { roles: ['echo', 'room', 'stream'], launch: { execPath: BUN } }),
];

/** How a process finds `bufferutil`, which `ws` takes where it is: beside the peers, so that only who asks has it. */
export const withBufferutil: Launch = { env: { NODE_PATH: PEERS } };

export const bufferutilIsThere = (): boolean => existsSync(`${PEERS}/bufferutil`);

export function launch({ server, launch }: Subject, parameters: object, more: Launch = {}): Promise<WatchedServer> {
  return WatchedServer.run(server, parameters, { ...launch, ...more, env: { ...launch.env, ...more.env } });
}
