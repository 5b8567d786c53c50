import { describe, test } from 'vitest';
import type { Payload } from '../../src/protocol/payload.ts';
import { FakeSocket } from '../support/fake-socket.ts';
import { type ContractPair, socketContract } from '../support/socket-contract.ts';

describe('the fake socket', () => {
  socketContract({ test, make: async () => pair(new FakeSocket()) });
});

function pair(socket: FakeSocket): ContractPair {
  socket.answers = true;
  return {
    socket,
    peer: {
      send: (payload) => queueMicrotask(() => socket.delivers(payload)),
      close: (code = 1005, reason = '') => queueMicrotask(() => socket.leaves({ code, reason })),
      vanish: () => socket.vanishes(),
      read: (on) => {
        socket.reads = on;
        if (on) socket.takes();
      },
      get received(): readonly Payload[] {
        return [...socket.sent, ...socket.log.filter((entry) => entry.startsWith('close'))];
      },
    },
  };
}
