import { describe, test } from 'vitest';
import type { Payload } from '../../src/protocol/payload.ts';
import { type Sent, VirtualSocket } from '../../src/testing/virtual-socket.ts';
import { type ContractPair, socketContract } from '../support/socket-contract.ts';

describe('the virtual socket', () => {
  socketContract({ test, make: async () => pair() });
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
