import { Subject } from 'rxjs';
import { coalesceBy, dropNewest, dropOldest, latest, type Overflow, route, unbounded } from 'sluice';
import { describe, expect, test } from 'vitest';
import { closeFrame, op, RawClient } from '../support/raw-client.ts';
import { listening, type Served } from '../support/server.ts';

const marks = { outHighWater: 64 * 1_024, outCeiling: 1_024 * 1_024, closeTimeout: 1_000 };
const size = 32 * 1_024;

/** Message `number` of a key; `keyOf` and `numberOf` read it back. */
const messageOf = (key: string, number: number): string => `${key} ${number} `.padEnd(size, '.');
const keyOf = (message: string): string => message.split(' ')[0] ?? '';
const numberOf = (message: string): number => Number(message.split(' ')[1]);

interface Flood extends Served {
  readonly client: RawClient;
  /** Pushes so many messages, of these keys in turn, at once. */
  push(count: number, keys?: readonly string[]): void;
  /** Everything that the peer gets once it reads, up to the Close that follows. */
  readAll(): Promise<string[]>;
}

/** A client that stops reading, and a handler that pushes whatever the test wants. */
async function flood(overflow: Overflow<string>): Promise<Flood> {
  const out = new Subject<string>();
  const served = await listening([route('/', { overflow }, () => out)], marks);
  const client = (await RawClient.open(served.port, '/')).deaf();
  let pushed = 0;
  return {
    ...served,
    client,
    push: (count, keys = ['a']) => {
      for (let i = 0; i < count; i++) out.next(messageOf(keys[i % keys.length] ?? '', pushed++));
    },
    readAll: async () => {
      out.complete();
      client.socket.resume();
      const messages: string[] = [];
      for (let next = await client.frame(); next?.opcode === op.text; next = await client.frame()) {
        messages.push(next.payload.toString());
      }
      client.write(closeFrame(1000));
      return messages;
    },
  };
}

const lossesOf = ({ events }: Served): number =>
  events.reduce((sum, event) => (event.type === 'dropped' ? sum + event.messages : sum), 0);

const ascending = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);

// What the kernel takes before the peer stops it is a matter of the machine; 2,000 messages are 64 MB.
const many = 2_000;

describe('a peer that stops reading and reads again', () => {
  test('misses the newest with dropNewest', async () => {
    const served = await flood(dropNewest());
    served.push(many);
    const got = (await served.readAll()).map(numberOf);
    expect(got).toEqual(Array.from(got, (_, index) => index));
    expect(got.length).toBeLessThan(many);
    expect(await served.record()).toMatchObject({ code: 1000, clean: true });
    expect(got.length + lossesOf(served)).toBe(many);
  });

  test('misses those in between with dropOldest', async () => {
    const served = await flood(dropOldest());
    served.push(many);
    const got = (await served.readAll()).map(numberOf);
    expect(got).toEqual(ascending(got));
    expect([got[0], got.at(-1)]).toEqual([0, many - 1]);
    expect(got.length).toBeLessThan(many);
    expect(await served.record()).toMatchObject({ code: 1000, clean: true });
    expect(got.length + lossesOf(served)).toBe(many);
  });

  test('gets the newest at last with latest, and little before it', async () => {
    const served = await flood(latest());
    served.push(many);
    const got = (await served.readAll()).map(numberOf);
    expect(got.at(-1)).toBe(many - 1);
    expect(got.slice(0, -1)).toEqual(Array.from(got.slice(0, -1), (_, index) => index));
    expect(await served.record()).toMatchObject({ code: 1000, clean: true });
    expect(got.length + lossesOf(served)).toBe(many);
  });

  test('gets the newest of each key with coalesceBy', async () => {
    const served = await flood(coalesceBy(keyOf));
    served.push(many, ['a', 'b', 'c', 'd']);
    const got = await served.readAll();
    expect(got.slice(-4).map(numberOf).sort()).toEqual([many - 4, many - 3, many - 2, many - 1]);
    for (const key of ['a', 'b', 'c', 'd']) {
      const numbers = got.filter((message) => keyOf(message) === key).map(numberOf);
      expect(numbers).toEqual(ascending(numbers));
    }
    expect(await served.record()).toMatchObject({ code: 1000, clean: true });
    expect(got.length + lossesOf(served)).toBe(many);
  });

  test('is closed with 1013 by coalesceBy when there are more keys than fit below the ceiling', async () => {
    const served = await flood(coalesceBy(numberOf));
    served.push(many);
    served.client.socket.resume();
    expect(await served.client.close()).toEqual({ code: 1013, reason: 'too slow' });
    served.client.write(closeFrame(1013));
    expect(await served.record()).toMatchObject({ code: 1013, by: 'overflow', clean: true });
  });

  test('gets everything with unbounded', async () => {
    const served = await flood(unbounded());
    served.push(many);
    expect((await served.readAll()).map(numberOf)).toEqual(Array.from({ length: many }, (_, index) => index));
    expect(await served.record()).toMatchObject({ code: 1000, clean: true });
    expect(lossesOf(served)).toBe(0);
  });
});

test('an endless source leaves a timer beside it its turn', async () => {
  let pulled = 0;
  let over = false;
  const fired = new Promise<number>((resolve) => setTimeout(() => resolve(pulled), 10));
  const { port, app } = await listening([
    route('/', function* () {
      for (; !over; pulled++) yield 'tick';
    }),
  ]);
  const client = await RawClient.open(port, '/');
  client.socket.removeAllListeners('data').resume();
  const atOnce = await fired;
  while (pulled === atOnce) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(pulled).toBeGreaterThan(atOnce);
  over = true;
  client.socket.destroy();
  await app.close({ grace: 100 });
});
