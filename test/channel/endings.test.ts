import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { json } from '../../src/codec/json.ts';
import { type Close, CloseError, type CloseRecord } from '../../src/protocol/close.ts';
import type { FakeSocket } from '../support/fake-socket.ts';
import { inVirtualTime, type Opened, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

interface Running extends Opened {
  readonly seen: unknown[];
  readonly returned: Subject<unknown>;
}

/** A channel with one payload in the socket and one in its own queue, because the peer does not read. */
async function saturated(options: Record<string, unknown> = {}): Promise<Running> {
  const seen: unknown[] = [];
  const returned = new Subject<unknown>();
  const handler = ({ in$ }: ServerChannel): unknown => {
    in$.subscribe({ next: (message) => seen.push(message), complete: () => seen.push('end') });
    return returned;
  };
  const limits = { outHighWater: 4, outLowWater: 0, outCeiling: 6, closeTimeout: 3_000, stallTimeout: 30_000 };
  const opened = serveFake(handler, { codec: json(), ...limits, ...options });
  await pass();
  opened.socket.reads = false;
  returned.next('aa');
  returned.next(1);
  expect(opened.log).toEqual(['send "aa"']);
  return Object.assign(opened, { seen, returned });
}

/** One row of the table of endings. */
interface Row {
  readonly name: string;
  readonly options?: Record<string, unknown>;
  readonly cause: (running: Running) => void | Promise<void>;
  /** What becomes of the payload in the queue. */
  readonly queue: 'sent' | 'dropped';
  /** What goes out besides, once the peer has taken what there was. */
  readonly wire: readonly string[];
  readonly record: Partial<CloseRecord>;
  /** What reaches `errors$`. */
  readonly errors?: readonly unknown[];
}

const failure = new Error('boom');
const close = (code: number, reason = ''): Close => ({ code, reason });

const rows: readonly Row[] = [
  {
    name: 'the peer sends Close',
    cause: ({ socket }) => socket.closes(close(4321, 'bye')),
    queue: 'dropped',
    wire: [],
    record: { code: 4321, reason: 'bye', clean: true, by: 'peer' },
  },
  {
    name: 'the peer sends a Close without a code',
    cause: ({ socket }) => socket.closes(close(1005)),
    queue: 'dropped',
    wire: [],
    record: { code: 1005, reason: '', clean: true, by: 'peer' },
  },
  {
    name: 'the connection is lost',
    cause: ({ socket }) => socket.vanishes(),
    queue: 'dropped',
    wire: [],
    record: { code: 1006, reason: '', clean: false, by: 'transport' },
  },
  {
    name: 'the returned stream completes',
    cause: ({ returned }) => returned.complete(),
    queue: 'sent',
    wire: ['close 1000'],
    record: { code: 1000, reason: '', clean: true, by: 'handler' },
  },
  {
    name: 'out completes',
    cause: ({ channel }) => channel.out.complete(),
    queue: 'sent',
    wire: ['close 1000'],
    record: { code: 1000, reason: '', clean: true, by: 'handler' },
  },
  {
    name: 'out is unsubscribed',
    cause: ({ channel }) => channel.out.unsubscribe(),
    queue: 'sent',
    wire: ['close 1000'],
    record: { code: 1000, reason: '', clean: true, by: 'handler' },
  },
  {
    name: 'out errors with a CloseError',
    cause: ({ channel }) => channel.out.error(new CloseError(4001, 'x')),
    queue: 'sent',
    wire: ['close 4001 x'],
    record: { code: 4001, reason: 'x', clean: true, by: 'handler' },
  },
  {
    name: 'the returned stream errors with a CloseError',
    cause: ({ returned }) => returned.error(new CloseError(4001, 'x')),
    queue: 'sent',
    wire: ['close 4001 x'],
    record: { code: 4001, reason: 'x', clean: true, by: 'handler' },
  },
  {
    name: 'somebody calls close()',
    cause: ({ channel }) => channel.close(4002, 'enough'),
    queue: 'sent',
    wire: ['close 4002 enough'],
    record: { code: 4002, reason: 'enough', clean: true, by: 'handler' },
  },
  {
    name: 'the returned stream errors',
    cause: ({ returned }) => returned.error(failure),
    queue: 'sent',
    wire: ['close 1011'],
    record: { code: 1011, reason: '', clean: true, by: 'handler', cause: failure },
    errors: [failure],
  },
  {
    name: 'a message cannot be encoded',
    cause: ({ returned }) => returned.next(undefined),
    queue: 'sent',
    wire: ['close 1011'],
    record: { code: 1011, reason: '', clean: true, by: 'handler', cause: expect.any(Error) },
    errors: [expect.objectContaining({ code: 'SLUICE_CANNOT_ENCODE' })],
  },
  {
    name: 'a payload is of the wrong kind',
    cause: ({ socket }) => socket.delivers(Uint8Array.of(1)),
    queue: 'dropped',
    wire: ['close 1003 text only'],
    record: { code: 1003, reason: 'text only', clean: true, by: 'protocol' },
  },
  {
    name: 'a payload cannot be decoded',
    cause: ({ socket }) => socket.delivers('{'),
    queue: 'dropped',
    wire: ['close 1007 not decodable'],
    record: { code: 1007, reason: 'not decodable', clean: true, by: 'protocol', cause: expect.any(SyntaxError) },
  },
  ...[1009, 1008, 1002, 1007].map(
    (code): Row => ({
      name: `the peer breaks the protocol (${code})`,
      cause: ({ socket }) => socket.violates(code, failure),
      queue: 'dropped',
      wire: [],
      record: { code, reason: '', clean: false, by: 'protocol', cause: failure },
    }),
  ),
  {
    name: 'the output overflows',
    cause: ({ returned }) => {
      returned.next(2);
      returned.next(3);
    },
    queue: 'dropped',
    wire: ['close 1013 too slow'],
    record: { code: 1013, reason: 'too slow', clean: true, by: 'overflow' },
  },
  {
    name: 'a Ping is not answered',
    options: { heartbeat: { every: 1_000, timeout: 500 } },
    cause: async ({ socket, returned }) => {
      await pass(1_000);
      // The Ping leaves, and the peer stops reading again.
      socket.takes(6);
      returned.next('bb');
      returned.next(2);
      await pass(500);
    },
    queue: 'dropped',
    wire: ['ping', 'terminate'],
    record: { code: 1006, reason: '', clean: false, by: 'heartbeat' },
  },
  {
    name: 'the peer takes nothing',
    cause: () => pass(30_000),
    queue: 'dropped',
    wire: ['terminate'],
    record: { code: 1006, reason: '', clean: false, by: 'stall' },
  },
];

describe('a channel ends when', () => {
  for (const { name, options, cause, queue, wire, record, errors = [] } of rows) {
    test(name, async () => {
      const running = await saturated(options);
      const { socket, seen, returned, events } = running;
      await cause(running);
      await pass();

      expect(seen).toEqual(['end']);
      const before = socket.sent.length;
      socket.takes();
      socket.takes();
      expect(socket.sent.length - before).toBe(queue === 'sent' ? 1 : 0);
      expect(socket.log.filter((entry) => !entry.startsWith('send'))).toEqual(wire);
      endOfConnection(socket, record);
      await pass();

      expect(running.records).toEqual([record]);
      expect(running.errors).toEqual(errors);
      expect(running.dropped.filter((loss) => loss.startsWith('out ended'))).toHaveLength(queue === 'dropped' ? 1 : 0);
      expect(returned.observed).toBe(false);
      expect(running.channel.signal.aborted).toBe(true);
      expect(running.app.core.channels.size).toBe(0);
      expect(events.at(-1)).toMatchObject({ type: 'closed', channel: running.channel, close: record });
    });
  }
});

/** The peer answers as it does in an orderly close; then the connection is gone. */
function endOfConnection(socket: FakeSocket, { clean, by }: Partial<CloseRecord>): void {
  if (clean && by !== 'peer') socket.closes();
  socket.vanishes();
}
