import { describe, expect, test } from 'vitest';
import type { SocketListener } from '../../src/channel/socket.ts';
import type { Payload } from '../../src/protocol/payload.ts';
import { type Sent, VirtualSocket } from '../../src/testing/virtual-socket.ts';
import { type ContractPair, socketContract } from '../support/socket-contract.ts';

describe('the virtual socket', () => {
  socketContract({ test, make: async () => pair() });

  test.each([
    ['of 1 byte', 'x', 3],
    ['of 126 bytes', 'x'.repeat(126), 130],
    ['of 65,536 bytes', new Uint8Array(65_536), 65_546],
  ])('counts a message %s with the header of its frame', (_size, payload, bytes) => {
    const { socket, peer } = pair();
    peer.read(false);
    socket.send(payload);
    expect(socket.bufferedBytes).toBe(bytes);
  });

  test('goes on when the Close of a peer comes that has not read ours', async () => {
    const { socket, peer } = pair();
    const log: string[] = [];
    socket.open(logging(log));
    peer.read(false);
    socket.close({ code: 4000, reason: 'first' });
    peer.close(4999, 'second');
    await Promise.resolve();
    expect(log).toEqual(['closing 4999']);
    peer.read(true);
    await Promise.resolve();
    expect(log).toEqual(['closing 4999', 'gone']);
  });

  test('does not see a peer leave during its handshake that has spoken before', () => {
    const left: string[] = [];
    const [silent, eager] = ['silent', 'eager'].map(
      (name) => new VirtualSocket(() => {}, { abandoned: () => left.push(name) }),
    );
    eager?.delivers('hello?');
    for (const socket of [silent, eager]) socket?.vanishes();
    expect(left).toEqual(['silent']);
  });
});

const logging = (log: string[]): SocketListener => ({
  payload: () => {},
  drained: () => {},
  behind: () => {},
  closing: ({ code }) => log.push(`closing ${code}`),
  violated: () => {},
  gone: () => log.push('gone'),
});

function pair(): ContractPair {
  const received: Payload[] = [];
  const seen = (sent: Sent): void => {
    if (sent.kind === 'payload') received.push(sent.payload);
    if (sent.kind === 'close') received.push(`close ${sent.close.code} ${sent.close.reason}`.trimEnd());
  };
  const socket = new VirtualSocket(seen);
  return {
    socket,
    peer: {
      send: (payload) => socket.delivers(payload),
      close: (code = 1005, reason = '') => socket.closes({ code, reason }),
      vanish: () => socket.vanishes(),
      read: (on) => socket.reads(on ? Number.POSITIVE_INFINITY : 0),
      received,
    },
  };
}
