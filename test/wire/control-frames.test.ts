import { NEVER } from 'rxjs';
import { route } from 'sluice';
import { expect, test } from 'vitest';
import { closeFrame, frame, op, RawClient } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';

/** A handler that has not settled: nothing is delivered yet. */
const unsettled = () => new Promise<never>(() => {});

test('a Ping is answered with its payload before the handler has settled', async () => {
  const { port } = await listening([route('/', unsettled)]);
  const client = await RawClient.open(port, '/');
  client.send(op.ping, 'are you there?');
  expect(await client.frame()).toMatchObject({ opcode: op.pong, payload: Buffer.from('are you there?') });
  client.send(op.ping);
  expect(await client.frame()).toMatchObject({ opcode: op.pong, payload: Buffer.alloc(0) });
  client.send(op.ping, 'x'.repeat(125));
  expect((await client.frame())?.payload).toHaveLength(125);
});

test('a Ping is answered while messages wait for their handler', async () => {
  const { port } = await listening([route('/', unsettled)]);
  const client = await RawClient.open(port, '/');
  for (let i = 0; i < 10; i++) client.send(op.text, 'x');
  client.send(op.ping, 'p');
  expect(await client.frame()).toMatchObject({ opcode: op.pong, payload: Buffer.from('p') });
});

test('every Ping of a burst is answered, in order', async () => {
  const { port } = await listening([route('/', () => NEVER)]);
  const client = await RawClient.open(port, '/');
  client.write(...Array.from({ length: 500 }, (_, index) => frame(op.ping, String(index))));
  for (let i = 0; i < 500; i++) expect((await client.frame())?.payload.toString()).toBe(String(i));
});

test('a peer that sends Pings without end and reads no answer is cut off', async () => {
  const { port, record } = await listening([route('/', () => NEVER)]);
  const client = (await RawClient.open(port, '/')).deaf();
  const burst = Buffer.concat(Array.from({ length: 1_000 }, () => frame(op.ping, 'x'.repeat(125))));
  const flood = setInterval(() => client.write(burst, burst, burst, burst), 1);
  expect(await record()).toMatchObject({ code: 1006, by: 'transport' });
  clearInterval(flood);
});

test('a Pong that nobody asked for is not answered', async () => {
  const { port } = await listening([route('/', ({ in$ }) => in$)]);
  const client = await RawClient.open(port, '/');
  client.write(frame(op.pong, 'x'), frame(op.pong), frame(op.text, 'next'));
  expect(await client.frame()).toMatchObject({ opcode: op.text, payload: Buffer.from('next') });
});

test('Pings go out every so often, with nothing else', async () => {
  const { port } = await listening([route('/', () => NEVER)], { heartbeat: { every: 30, timeout: 15 } });
  const client = await RawClient.open(port, '/');
  const start = performance.now();
  for (let i = 0; i < 3; i++) {
    expect(await client.frame()).toMatchObject({ opcode: op.ping });
    client.send(op.pong);
  }
  expect(performance.now() - start).toBeGreaterThan(80);
});

test('a Close is answered while the handler does not read', async () => {
  const { port } = await listening([route('/', unsettled)]);
  const client = await RawClient.open(port, '/');
  client.write(frame(op.text, 'unread'), closeFrame(4000));
  expect(await client.close()).toEqual({ code: 4000, reason: '' });
});
