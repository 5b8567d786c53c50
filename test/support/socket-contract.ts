import type { Socket, SocketListener } from '../../src/channel/socket.ts';
import type { Payload } from '../../src/protocol/payload.ts';

/** The other end of a socket, as the contract plays it. It answers Pings and Closes while it reads. */
export interface ContractPeer {
  send(payload: Payload): void;
  /** Sends a Close, without a code if none is given, and ends the connection once it is answered. */
  close(code?: number, reason?: string): void;
  /** Ends the connection without a Close. */
  vanish(): void;
  /** Reads, or leaves what comes where it is; at first it reads. */
  read(on: boolean): void;
  /** What has come, in order: payloads, and a Close as `'close <code> <reason>'`. */
  readonly received: readonly Payload[];
}

/** A socket that nobody has opened yet, and its peer. */
export interface ContractPair {
  readonly socket: Socket;
  readonly peer: ContractPeer;
}

/** Runs one test, as vitest's, node's and jest's `test` do. */
export type ContractTest = (name: string, run: () => Promise<void>) => unknown;

/** What every socket promises. Hand it a test function and a maker of connected pairs. */
export function socketContract({ test, make }: { test: ContractTest; make: () => Promise<ContractPair> }): void {
  const promise = (name: string, run: (rig: Rig) => Promise<void>): void => {
    test(name, async () => {
      const { socket, peer } = await make();
      const rig = new Rig(socket, peer);
      try {
        await run(rig);
      } finally {
        socket.terminate();
        await rig.until('the connection is gone', () => rig.log.includes('gone'));
      }
    });
  };

  promise('reports payloads in order, text as strings and binary as bytes', async (rig) => {
    for (const payload of ['a', Uint8Array.of(1, 2), '', 'é😀']) rig.peer.send(payload);
    await rig.until('all payloads are there', () => rig.payloads.length === 4);
    equal(rig.payloads, ['a', Uint8Array.of(1, 2), '', 'é😀']);
    equal(rig.payloads[1] instanceof Uint8Array, true);
  });

  promise('sends payloads in order, text as text and bytes as binary', async (rig) => {
    for (const payload of ['a', Uint8Array.of(1, 2), '', 'é😀']) rig.socket.send(payload);
    await rig.until('all payloads are there', () => rig.peer.received.length === 4);
    equal(rig.peer.received, ['a', Uint8Array.of(1, 2), '', 'é😀']);
  });

  promise('counts what the peer does not take, and tells when it has left', async (rig) => {
    rig.peer.read(false);
    const chunk = 'x'.repeat(65_536);
    let sent = 0;
    while (sent < 1_000 && rig.socket.bufferedBytes < chunk.length * 4) {
      rig.socket.send(chunk);
      sent++;
    }
    equal(rig.socket.bufferedBytes >= chunk.length * 4, true);
    const drains = rig.drains;
    rig.peer.read(true);
    await rig.until('all has left', () => rig.peer.received.length === sent && rig.socket.bufferedBytes === 0);
    equal(rig.drains > drains, true);
  });

  promise('reports the peer’s Close, and then the end', async (rig) => {
    rig.peer.send('last');
    rig.peer.close(4000, 'bye');
    await rig.until('the end', () => rig.log.includes('gone'));
    equal(rig.log, ['payload', 'closing 4000 bye', 'gone']);
  });

  promise('reports a Close without a code as 1005', async (rig) => {
    rig.peer.close();
    await rig.until('the end', () => rig.log.includes('gone'));
    equal(rig.log, ['closing 1005', 'gone']);
  });

  promise('sends its Close behind all that was sent, and reports the answer', async (rig) => {
    rig.socket.send('a');
    rig.socket.send('b');
    rig.socket.close({ code: 4000, reason: 'bye' });
    await rig.until('the end', () => rig.log.includes('gone'));
    equal(rig.peer.received, ['a', 'b', 'close 4000 bye']);
    equal(rig.log, ['closing 4000 bye', 'gone']);
  });

  promise('sends a Close without a code for 1005', async (rig) => {
    rig.socket.close({ code: 1005, reason: '' });
    await rig.until('the end', () => rig.log.includes('gone'));
    equal(rig.peer.received, ['close 1005']);
  });

  promise('sends nothing after its Close, and only the first Close', async (rig) => {
    rig.socket.close({ code: 4000, reason: '' });
    rig.socket.send('late');
    rig.socket.close({ code: 4001, reason: '' });
    await rig.until('the end', () => rig.log.includes('gone'));
    equal(rig.peer.received, ['close 4000']);
  });

  promise('reports a connection that is lost as the end, without a Close', async (rig) => {
    rig.peer.vanish();
    await rig.until('the end', () => rig.log.includes('gone'));
    equal(rig.log, ['gone']);
  });

  promise('cuts the connection for terminate, also when the peer does not read', async (rig) => {
    rig.peer.read(false);
    rig.socket.send('unread');
    rig.socket.terminate();
    rig.socket.terminate();
    await rig.until('the end', () => rig.log.includes('gone'));
    equal(rig.log, ['gone']);
  });

  promise('takes every call after the end, and does nothing', async (rig) => {
    rig.socket.terminate();
    await rig.until('the end', () => rig.log.includes('gone'));
    rig.call(() => rig.socket.send('late'));
    rig.call(() => rig.socket.close({ code: 1000, reason: '' }));
    rig.call(() => rig.socket.terminate());
    rig.call(() => rig.socket.demand?.(false));
    rig.call(() => rig.socket.demand?.(true));
    rig.call(() => rig.socket.liveness?.ping(() => rig.log.push('left')));
    equal(typeof rig.socket.bufferedBytes, 'number');
    await rig.turns(3);
    equal(rig.log, ['gone']);
  });

  promise('never reports from inside of a call', async (rig) => {
    rig.peer.send('a');
    rig.call(() => rig.socket.demand?.(false));
    rig.call(() => rig.socket.demand?.(true));
    rig.call(() => rig.socket.send('a'));
    rig.call(() => rig.socket.liveness?.ping(() => {}));
    rig.call(() => rig.socket.close({ code: 1000, reason: '' }));
    rig.call(() => rig.socket.terminate());
    await rig.until('the end', () => rig.log.includes('gone'));
  });

  promise('reads nothing while reading is switched off, if it can be', async (rig) => {
    if (rig.socket.demand === undefined) return;
    rig.socket.demand(false);
    rig.peer.send('a');
    await rig.turns(5);
    equal(rig.log, []);
    rig.socket.demand(true);
    await rig.until('the payload is there', () => rig.payloads.length === 1);
  });

  promise('tells when a Ping has left, and counts the answer, if it can ping', async (rig) => {
    const { liveness } = rig.socket;
    if (liveness === undefined) return;
    const before = liveness.receivedBytes;
    let left = 0;
    rig.call(() =>
      liveness.ping(() => {
        left++;
      }),
    );
    equal(left, 0);
    await rig.until('the answer has come', () => liveness.receivedBytes > before);
    equal(left, 1);
  });
}

/** A pair under test and what the socket reports. */
class Rig implements SocketListener {
  readonly log: string[] = [];
  readonly payloads: Payload[] = [];
  readonly socket: Socket;
  readonly peer: ContractPeer;
  drains = 0;
  #inside = false;

  constructor(socket: Socket, peer: ContractPeer) {
    this.socket = socket;
    this.peer = peer;
    this.call(() => socket.open(this));
  }

  /** A call to the socket, during which it may not report anything. */
  call(run: () => void): void {
    this.#inside = true;
    run();
    this.#inside = false;
  }

  payload(payload: Payload): void {
    this.payloads.push(payload);
    this.#note('payload');
  }

  drained(): void {
    this.drains++;
    if (this.#inside) throw new Error('drained was reported from inside of a call');
  }

  behind(): void {
    if (this.#inside) throw new Error('behind was reported from inside of a call');
  }

  closing({ code, reason }: { code: number; reason: string }): void {
    this.#note(`closing ${code} ${reason}`.trimEnd());
  }

  violated({ code }: { code: number }): void {
    this.#note(`violated ${code}`);
  }

  gone(): void {
    this.#note('gone');
  }

  async turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async until(what: string, check: () => boolean): Promise<void> {
    for (let i = 0; i < 1_000; i++) {
      if (check()) return;
      await this.turns(1);
    }
    throw new Error(`It never happened that ${what}. Reported: ${this.log.join(', ') || 'nothing'}.`);
  }

  #note(entry: string): void {
    if (this.#inside) throw new Error(`${entry} was reported from inside of a call`);
    if (this.log.includes('gone')) throw new Error(`${entry} was reported after the end`);
    this.log.push(entry);
  }
}

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`Expected ${b}, not ${a}.`);
}
