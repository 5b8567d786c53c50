import { playRound, type Reading } from './contest.ts';
import { textsOf } from './cycle.ts';
import { echoing } from './loads/echo.ts';
import { handshakes } from './loads/handshakes.ts';
import type { OpenLoad } from './loads/load.ts';
import { room } from './loads/room.ts';
import { streaming } from './loads/stream.ts';
import { floodedMemory, idleConnections, idleMemory, unreadMemory } from './memory.ts';
import { bufferutilIsThere, type Role, type Subject, withBufferutil } from './subjects.ts';

/** What of the readings of a round is compared, and which way it must go. */
export interface Figure {
  readonly name: string;
  readonly of: (ws: Reading, subject: Reading) => number;
  readonly better: 'more' | 'less';
  /** How a reading is shown, and the figure. */
  readonly reading: (reading: Reading) => string;
  readonly shown: (value: number) => string;
}

/** A figure of a workload that is a row of the table. */
export interface Line {
  readonly id: string;
  readonly what: string;
  readonly figure: Figure;
  /** What sluice promises, and what it aims for. */
  readonly must: number;
  readonly aim: number;
}

export interface Turn {
  readonly round: number;
  readonly seconds: number;
}

export interface Workload {
  readonly lines: readonly [Line, ...Line[]];
  readonly role: Role;
  /** Whether other libraries are measured with it as well. */
  readonly peers?: true;
  /** So many rounds, at most: some take long and hardly scatter. */
  readonly mostRounds?: number;
  /** Why it cannot run. */
  readonly missing?: () => string | undefined;
  /** One round: a reading of each subject, in their order. */
  readonly play: (subjects: readonly Subject[], turn: Turn) => Promise<Reading[]>;
}

const ratio = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
const MIB = 1_048_576;

export const cpu: Figure = {
  name: 'CPU time of ws / its own',
  of: (ws, subject) => ws.cost / subject.cost,
  better: 'more',
  reading: ({ cost }) => `${cost.toFixed(2)} µs`,
  shown: ratio,
};
const latency: Figure = {
  name: 'p99 latency of ws / its own',
  of: (ws, subject) => (ws.p99 ?? Number.NaN) / (subject.p99 ?? Number.NaN),
  better: 'more',
  reading: ({ p99 = Number.NaN }) => `${p99.toFixed(2)} ms`,
  shown: ratio,
};
const memory: Figure = {
  name: 'its own memory / that of ws',
  of: (ws, subject) => subject.cost / ws.cost,
  better: 'less',
  reading: ({ cost }) => `${(cost / 1024).toFixed(2)} KiB`,
  shown: ratio,
};
const growth: Figure = {
  name: 'memory',
  of: (_ws, subject) => subject.cost / MIB,
  better: 'less',
  reading: ({ cost }) => `${(cost / MIB).toFixed(1)} MiB`,
  shown: (value) => `${value.toFixed(1)} MiB`,
};

function line(id: string, what: string, figure: Figure, must: number, aim: number): Line {
  return { id, what, figure, must, aim };
}

const STREAM_TEXTS = textsOf('row', 500, 64);
const LARGE = { connections: 10, bytes: 16_384, inFlight: 32 };

function taking(role: Role, open: OpenLoad, lines: Workload['lines'], parameters: object = {}): Workload {
  const contest = { parameters: { role, ...parameters }, open };
  return { lines, role, play: (subjects, turn) => playRound(subjects, contest, turn) };
}

const amongPeers = (workload: Workload): Workload => ({ ...workload, peers: true });

/** One after the other, because so much is open at once; the order is swapped from round to round. */
function measuring(
  role: Role,
  only: Line,
  mostRounds: number,
  measure: (subject: Subject, turn: Turn) => Promise<Reading>,
): Workload {
  return {
    lines: [only],
    role,
    mostRounds,
    play: async (subjects, turn) => {
      const readings = new Map<number, Reading>();
      const order = [...subjects.entries()];
      for (const [index, subject] of turn.round % 2 ? order.reverse() : order)
        readings.set(index, await measure(subject, turn));
      return subjects.map((_, index) => readings.get(index) as Reading);
    },
  };
}

const withBuffers: Workload = {
  role: 'echo',
  lines: [line('W2b+', 'echo of 16 KiB, both with bufferutil', cpu, 1, 1.2)],
  missing: () => (bufferutilIsThere() ? undefined : 'bufferutil is not installed: npm ci --prefix bench/peers'),
  play: (subjects, turn) =>
    playRound(subjects, { parameters: { role: 'echo' }, open: echoing(LARGE), launch: withBufferutil }, turn),
};

export const workloads: readonly Workload[] = [
  amongPeers(
    taking('echo', echoing({ connections: 100, bytes: 64, inFlight: 1, latencies: true }), [
      line('W1', 'echo of 64 B, 100 connections, 1 in flight on each', cpu, 1.05, 1.15),
      // Latencies that are equal come out a little above or below.
      line('W1 p99', 'latency of that echo, p99', latency, 0.95, 1),
    ]),
  ),
  amongPeers(
    taking('echo', echoing({ connections: 100, bytes: 64, inFlight: 32 }), [
      line('W2', 'echo of 64 B, 100 connections, 32 in flight on each', cpu, 5, 10),
    ]),
  ),
  taking('echo', echoing(LARGE), [line('W2b', 'echo of 16 KiB, 10 connections, 32 in flight on each', cpu, 1.7, 2.4)]),
  withBuffers,
  amongPeers(
    taking('room', room({ members: 1_000, bytes: 128, inFlight: 1 }), [
      line('W3', 'room of 1,000, 128 B, 1 in flight', cpu, 1.1, 1.2),
    ]),
  ),
  taking('room', room({ members: 1_000, bytes: 128, inFlight: 8 }), [
    line('W3p', 'room of 1,000, 128 B, 8 in flight', cpu, 6, 8),
  ]),
  taking('room', room({ members: 10, bytes: 128, inFlight: 8 }), [
    line('W3s', 'room of 10, 128 B, 8 in flight', cpu, 3.5, 4.5),
  ]),
  measuring(
    'idle',
    line(
      'W4',
      `idle connection, one of ${idleConnections.toLocaleString('en')}, streams untouched`,
      memory,
      1.05,
      0.98,
    ),
    5,
    (subject) => idleMemory(subject, 'idle'),
  ),
  measuring('echo', line('W4s', 'idle connection, one subscriber (an echo)', memory, 1.2, 0.98), 5, (subject) =>
    idleMemory(subject, 'echo'),
  ),
  measuring('stream', line('W5a', 'memory, 1,000,000 messages of 64 B that nobody reads', growth, 8, 4), 3, (subject) =>
    unreadMemory(subject),
  ),
  measuring(
    'work',
    line('W5b', 'memory, flood of 1 KiB messages at a handler of 1 ms', growth, 8, 4),
    3,
    (subject, turn) => floodedMemory(subject, 2 * turn.seconds),
  ),
  taking('idle', handshakes, [line('W6', 'handshake, opened and closed again', cpu, 0.95, 1)]),
  amongPeers(
    taking('stream', streaming(STREAM_TEXTS), [line('W7', 'endless stream, 64 B to one reader', cpu, 10, 20)], {
      texts: STREAM_TEXTS,
    }),
  ),
];
