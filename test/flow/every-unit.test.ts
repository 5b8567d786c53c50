import fc from 'fast-check';
import { defer, type Observable, takeUntil, tap } from 'rxjs';
import { afterEach, expect, test, vi } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { LiveChannel } from '../../src/channel/live-channel.ts';
import type { SocketListener } from '../../src/channel/socket.ts';
import { Work } from '../../src/flow/context.ts';
import { shutdown } from '../../src/server/shutdown.ts';
import { FakeSocket } from '../support/fake-socket.ts';
import { piped, type Steps, steps } from '../support/pipelines.ts';
import { FakeApp, inVirtualTime, type Opened, pass, routeOf } from '../support/serve-fake.ts';

inVirtualTime();
afterEach(() => {
  vi.restoreAllMocks();
});

/** What happens to the channel, some time after what happened before. */
interface Happening {
  readonly after: number;
  readonly what: 'messages' | 'deaf' | 'reads' | 'closes' | 'vanishes' | 'close' | 'complete' | 'shutdown' | 'leave';
  readonly count: number;
}

interface Scenario {
  readonly steps: Steps;
  readonly style: 'returned' | 'async' | 'imperative';
  readonly decodeTime: number;
  readonly highWater: number;
  readonly lowWater: number;
  readonly highWaterBytes: number;
  readonly linger: number;
  readonly happenings: readonly Happening[];
}

const happening: fc.Arbitrary<Happening> = fc.record({
  after: fc.nat(4),
  what: fc.oneof(
    { weight: 16, arbitrary: fc.constant('messages' as const) },
    { weight: 2, arbitrary: fc.constantFrom('deaf', 'reads' as const) },
    { weight: 1, arbitrary: fc.constantFrom('closes', 'vanishes', 'close', 'complete', 'shutdown', 'leave' as const) },
  ),
  count: fc.integer({ min: 1, max: 6 }),
});

const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    steps,
    style: fc.constantFrom('returned', 'async', 'imperative' as const),
    decodeTime: fc.constantFrom(-1, -1, 0, 2),
    highWater: fc.integer({ min: 1, max: 5 }),
    low: fc.nat(4),
    highWaterBytes: fc.constantFrom(4, 20, 1_000),
    linger: fc.constantFrom(0, 3, 1_000),
    happenings: fc.array(happening, { minLength: 1, maxLength: 12 }),
  })
  .map(({ low, ...rest }) => ({ ...rest, lowWater: low % rest.highWater }));

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Watches each `Work` that is made: how often it is held. */
function watchHolds(): Map<Work, number> {
  const holds = new Map<Work, number>();
  const { begin, end } = Work.prototype;
  const count = (work: Work, change: number): void => {
    const held = (holds.get(work) ?? 0) + change;
    if (held < 0) throw new Error('Some work has ended more often than it began.');
    holds.set(work, held);
  };
  vi.spyOn(Work.prototype, 'begin').mockImplementation(function (this: Work) {
    count(this, 1);
    begin.call(this);
  });
  vi.spyOn(Work.prototype, 'end').mockImplementation(function (this: Work) {
    count(this, -1);
    end.call(this);
  });
  return holds;
}

/** Notes what reached the channel; what waits in the kernel of a peer that is gone did not. */
class WatchedSocket extends FakeSocket {
  readonly arrived: string[] = [];

  override open(listener: SocketListener): void {
    const payload = listener.payload.bind(listener);
    listener.payload = (text) => {
      this.arrived.push(text as string);
      payload(text);
    };
    super.open(listener);
  }
}

function happen({ what, count }: Happening, opened: Opened, leave: () => void, next: () => string): void {
  const { socket, channel, app } = opened;
  if (what === 'messages') socket.delivers(...Array.from({ length: count }, next));
  else if (what === 'deaf') socket.reads = false;
  else if (what === 'reads') {
    socket.reads = true;
    socket.takes();
  } else if (what === 'closes') socket.closes();
  else if (what === 'vanishes') socket.vanishes();
  else if (what === 'close') channel.close();
  else if (what === 'complete') channel.out.complete();
  else if (what === 'leave') leave();
  else void shutdown(app.core, { grace: 20 });
}

interface Outcome {
  readonly opened: Opened;
  readonly arrived: readonly string[];
  /** What each subscription of `in$` got. */
  readonly readings: ReadonlyArray<readonly string[]>;
  readonly left: { inWork: number; waiting: number; timers: number; held: number };
  readonly lost: number;
}

async function play(played: Scenario): Promise<Outcome> {
  const holds = watchHolds();
  const readings: string[][] = [];
  let leave = (): void => {};
  const handle = (channel: ServerChannel): unknown => {
    const in$ = defer(() => {
      const reading: string[] = [];
      readings.push(reading);
      return (channel.in$ as Observable<string>).pipe(tap((message) => reading.push(message)));
    });
    const stream = piped(in$, played.steps, channel);
    if (played.style === 'async') return wait(3).then(() => stream);
    if (played.style === 'returned') return stream;
    // What nobody unsubscribes may wait for ever: a source that is pulled does so when its output is discarded.
    const subscription = stream
      .pipe(takeUntil(channel.closed$))
      .subscribe({ next: (message) => channel.out.next(message), error: () => {} });
    leave = () => subscription.unsubscribe();
    return undefined;
  };
  const decode = (text: string): string | Promise<string> =>
    played.decodeTime < 0 ? text : wait(played.decodeTime).then(() => text);
  const { highWater, lowWater, highWaterBytes, linger } = played;
  const codec = { kind: 'text', decode, encode: (text: string) => text };
  const bounds = { highWater, lowWater, highWaterBytes, linger, outHighWater: 8, outLowWater: 2, closeTimeout: 10 };
  const app = new FakeApp([routeOf(handle, { codec, ...bounds })]);
  const socket = new WatchedSocket();
  const opened = app.open(socket);
  let sent = 0;
  for (const step of played.happenings) {
    await pass(step.after);
    happen(step, opened, leave, () => String(sent++));
  }
  await pass(40);
  socket.reads = true;
  socket.takes();
  socket.leaves();
  await pass(1_200);
  socket.vanishes();
  await pass(50);
  const { inWork, waiting } = LiveChannel.coreOf(opened.channel as LiveChannel).inbound;
  const held = [...holds.values()].reduce((sum, count) => sum + count, 0);
  const left = { inWork, waiting, timers: vi.getTimerCount(), held };
  // Those that are unfinished were delivered.
  const lost = opened
    .eventsOf('dropped')
    .filter(({ direction, reason }) => direction === 'in' && reason !== 'unfinished')
    .reduce((sum, { messages }) => sum + messages, 0);
  vi.restoreAllMocks();
  return { opened, arrived: socket.arrived, readings, left, lost };
}

const ascends = (numbers: readonly number[]): boolean =>
  numbers.every((n, i) => i === 0 || n > (numbers[i - 1] as number));

test('every message ends its work once, whatever the pipeline, and is delivered once, in order, or counted', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (played) => {
      const { opened, arrived, readings, left, lost } = await play(played);
      expect(left).toEqual({ inWork: 0, waiting: 0, timers: 0, held: 0 });
      expect(opened.records).toHaveLength(1);
      for (const reading of readings) expect(ascends(reading.map(Number))).toBe(true);
      expect(new Set(readings.flat()).size + lost).toBe(arrived.length);
      expect(opened.errors.map(String).filter((error) => !/project|inner|rejected/.test(error))).toEqual([]);
    }),
    { numRuns: 500 },
  );
}, 60_000);
