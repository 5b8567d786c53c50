import { describe, expect, test, vi } from 'vitest';
import { Intake } from '../../src/edge/intake.ts';
import type { Payload } from '../../src/protocol/payload.ts';
import { anyConnection } from '../support/any-connection.ts';
import { compareReading } from '../support/compare-reading.ts';
import { Dice } from '../support/dice.ts';
import { frame, op } from '../support/raw-client.ts';
import { closingPairs, connect, type Pair, rawOf, turn, until } from '../support/ws-pair.ts';

// However these tests are run: they are about the fast path.
vi.hoisted(() => vi.stubEnv('SLUICE_WIRE', undefined));

closingPairs();

const limits = { maxPayload: 100_000, maxFragments: 100, maxBufferedChunks: 1_000 };

interface Taken extends Pair {
  readonly intake: Intake | undefined;
  readonly received: Payload[];
}

async function taken(received: (payload: Payload) => void = () => {}): Promise<Taken> {
  const pair = await connect(limits);
  const payloads: Payload[] = [];
  const host = {
    received(payload: Payload): void {
      payloads.push(payload);
      received(payload);
    },
    ended() {},
  };
  const intake = Intake.of(host, pair.raw, limits);
  pair.ws.on('error', () => {});
  return { ...pair, intake, received: payloads };
}

describe('an intake', () => {
  test('takes the place of ws, which sees no message any more', async () => {
    const { ws, client, raw, received } = await taken();
    const seen: unknown[] = [];
    ws.on('message', (data) => seen.push(data));
    client.send('a');
    client.send(Uint8Array.of(1));
    await until(() => received.length === 2);
    expect(received).toEqual(['a', Uint8Array.of(1)]);
    expect([seen, raw.listenerCount('data')]).toEqual([[], 1]);
  });

  test('leaves Ping, Pong and Close to ws', async () => {
    const { ws, client } = await taken();
    const log: unknown[] = [];
    ws.on('ping', (data) => log.push(`ping ${data}`)).on('pong', (data) => log.push(`pong ${data}`));
    client.on('pong', (data) => log.push(`answer ${data}`));
    client.ping('a');
    client.pong('b');
    await until(() => log.length === 3);
    expect(log.sort()).toEqual(['answer a', 'ping a', 'pong b']);
    const codes: number[] = [];
    ws.on('close', (code) => codes.push(code));
    client.on('close', (code) => codes.push(code));
    client.close(4000);
    await until(() => codes.length === 2);
    expect(codes).toEqual([4000, 4000]);
  });

  test('is not made where somebody else listens, or nobody', async () => {
    const { raw } = await connect();
    const others = raw.listeners('data') as Array<() => void>;
    raw.on('data', () => {});
    expect(Intake.of({ received() {}, ended() {} }, raw, limits)).toBeUndefined();
    raw.removeAllListeners('data');
    expect(Intake.of({ received() {}, ended() {} }, raw, limits)).toBeUndefined();
    raw.on('data', others[0] as () => void);
    expect(Intake.of({ received() {}, ended() {} }, raw, limits)).toBeDefined();
  });

  test('is not made where something has been read: ws may be in the middle of a frame', async () => {
    const { raw, client } = await connect();
    rawOf(client).write(Uint8Array.of(0x81));
    await until(() => raw.readableDidRead);
    expect(Intake.of({ received() {}, ended() {} }, raw, limits)).toBeUndefined();
    expect(raw.listenerCount('data')).toBe(1);
  });

  test('closes with 1007 before a text is whole that is not UTF-8', async () => {
    const { client, received } = await taken();
    const closed = new Promise((resolve) => client.once('close', resolve));
    rawOf(client).write(frame(op.text, 'good'));
    rawOf(client).write(frame(op.text, Buffer.from([0x61, 0xff, ...Buffer.alloc(1_000)])).subarray(0, 20));
    expect(await closed).toBe(1007);
    expect(received).toEqual(['good']);
  });

  test('reads what a paused connection has left behind when it closes, before ws does', async () => {
    const { ws, raw, client, intake, received } = await taken();
    const stream = Buffer.concat([frame(op.text, 'a'.repeat(100)), frame(op.text, 'b')]);
    rawOf(client).write(stream.subarray(0, 50));
    await until(() => raw.readableDidRead);
    intake?.paused(true);
    ws.pause();
    rawOf(client).write(stream.subarray(50));
    await until(() => raw.readableLength > 0);
    const closed = new Promise((resolve) => ws.once('close', resolve));
    ws.terminate();
    await closed;
    expect(received).toEqual(['a'.repeat(100), 'b']);
  });

  test.each(['pause', 'terminate'] as const)(
    'still delivers after %s() what the same read has brought',
    async (act) => {
      let atFirst = (): void => {};
      const { ws, client, received } = await taken(() => atFirst());
      atFirst = () => ws[act]();
      rawOf(client).write(Buffer.concat(new Array(100).fill(frame(op.text, 'a'))));
      await until(() => received.length > 0);
      await turn(20);
      expect(received).toHaveLength(100);
    },
  );

  test('cuts the connection if a message makes us throw, and does not hide what was thrown', async () => {
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    try {
      const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
      const { client, raw, received } = await taken(() => {
        throw new Error('boom');
      });
      rawOf(client).write(Buffer.concat(new Array(10).fill(frame(op.text, 'a'))));
      expect(await thrown).toMatchObject({ message: 'boom' });
      expect([received.length, raw.destroyed]).toEqual([1, true]);
    } finally {
      for (const listener of others) process.on('uncaughtException', listener);
    }
  });

  test('stops with ws, and what comes then is discarded', async () => {
    const { client, raw, intake, received } = await taken();
    intake?.stop();
    client.send('late');
    await until(() => raw.bytesRead > 0);
    await turn(10);
    expect([received, raw.listenerCount('data')]).toEqual([[], 0]);
  });

  test('keeps of messages that do not end about what has come of them, however much they announce', async () => {
    const clients = 50;
    const pairs = await Promise.all(Array.from({ length: clients }, () => taken()));
    const before = process.memoryUsage().arrayBuffers;
    const fragment = frame(op.continuation, new Uint8Array(100), { fin: false });
    for (const { client } of pairs) rawOf(client).write(frame(op.binary, '', { fin: false }));
    for (let i = 0; i < 50; i++) {
      for (const { client } of pairs) rawOf(client).write(fragment);
      await turn();
    }
    const announced = frame(op.continuation, new Uint8Array(limits.maxPayload - 6_000)).subarray(0, 100);
    for (const { client } of pairs) rawOf(client).write(announced);
    await until(() => pairs.every(({ raw }) => raw.bytesRead > 5_000));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(clients * limits.maxPayload);
  });
});

/**
 * The reading of frames as a whole, against `ws`. `npm run fuzz:receiver` compares as many as you like; one found to
 * differ belongs here.
 */
test('10,000 connections of all kinds report and answer as if ws had read them', { timeout: 120_000 }, async () => {
  const { stackTraceLimit } = Error;
  // Most of them end in an error of ws, and nobody looks where it was made.
  Error.stackTraceLimit = 0;
  for (let begun = 0; begun < 10_000; begun += 100) {
    const differences = Array.from({ length: 100 }, (_, i) => compareReading(anyConnection(new Dice(begun + i))));
    const found = (await Promise.all(differences)).flatMap((difference, i) => (difference ? { i, difference } : []));
    expect(found).toEqual([]);
  }
  Error.stackTraceLimit = stackTraceLimit;
});
