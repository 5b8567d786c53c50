import { interval, map, NEVER, tap } from 'rxjs';
import { route } from 'sluice';
import { expect, test } from 'vitest';
import { closeFrame, frame, op, RawClient } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';
import { openWs } from '../support/ws-client.ts';

const large = 'x'.repeat(64 * 1_024);

test('a peer that reads nothing while a handler pushes is closed with 1013 and then cut off', async () => {
  const { port, record } = await listening([route('/', () => interval(0).pipe(map(() => large)))], {
    outCeiling: 256 * 1_024,
    closeTimeout: 50,
  });
  (await RawClient.open(port, '/')).deaf();
  expect(await record()).toEqual({ code: 1013, reason: 'too slow', clean: false, by: 'overflow' });
});

test('a peer that reads again sees Close 1013 behind what the kernel had', async () => {
  const { port, record, event } = await listening([route('/', () => interval(0).pipe(map(() => large)))], {
    outCeiling: 256 * 1_024,
    closeTimeout: 1_000,
  });
  const client = (await RawClient.open(port, '/')).deaf();
  await event('saturated');
  // Long enough for the ceiling to be met.
  await new Promise((resolve) => setTimeout(resolve, 100));
  client.socket.resume();
  expect(await client.close()).toEqual({ code: 1013, reason: 'too slow' });
  client.write(closeFrame(1013));
  expect(await record()).toEqual({ code: 1013, reason: 'too slow', clean: true, by: 'overflow' });
});

test('a peer that takes nothing of what waits for it is cut off after stallTimeout', async () => {
  const { port, record } = await listening(
    [
      route('/', ({ out }) => {
        for (let i = 0; i < 200; i++) out.next(large);
      }),
    ],
    { outCeiling: 100_000_000, stallTimeout: 60 },
  );
  (await RawClient.open(port, '/')).deaf();
  expect(await record()).toEqual({ code: 1006, reason: '', clean: false, by: 'stall' });
});

test('an endless iterable is pulled only while the peer reads', async () => {
  let pulled = 0;
  const { port, app } = await listening([
    route('/', function* () {
      for (;;) {
        pulled++;
        yield large;
      }
    }),
  ]);
  const client = (await RawClient.open(port, '/')).deaf();
  let before = -1;
  while (pulled !== before) {
    before = pulled;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  client.socket.resume();
  for (let i = 0; i < before + 20; i++) expect((await client.frame())?.opcode).toBe(op.text);
  expect(pulled).toBeGreaterThan(before);
  client.socket.destroy();
  await app.close({ grace: 100 });
});

test('an echo to a peer that does not read stops reading from that peer, and loses nothing', async () => {
  const { port, event, record } = await listening([route('/', ({ in$ }) => in$)]);
  const client = (await RawClient.open(port, '/')).deaf();
  const count = 400;
  for (let i = 0; i < count; i++) client.send(op.text, `${i}${large}`);
  client.write(closeFrame(1000));
  await event('paused');
  client.socket.resume();
  for (let i = 0; i < count; i++) {
    const text = (await client.frame())?.payload.toString() ?? '';
    expect(text.length === large.length + String(i).length && text.startsWith(String(i))).toBe(true);
  }
  expect((await client.close())?.code).toBe(1000);
  expect(await record()).toMatchObject({ code: 1000, by: 'peer', clean: true });
});

test('a paused socket that is closed by its handler still ends cleanly', async () => {
  let release = (): void => {};
  const { port, event, record } = await listening(
    [
      route('/', async (channel) => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        channel.close(4000, 'done');
      }),
    ],
    { highWater: 2, lowWater: 1 },
  );
  const client = await RawClient.open(port, '/');
  for (let i = 0; i < 10; i++) client.send(op.text, 'x');
  await event('paused');
  for (let i = 0; i < 10; i++) client.send(op.text, 'x'.repeat(10_000));
  release();
  expect(await client.close()).toEqual({ code: 4000, reason: 'done' });
  client.write(closeFrame(4000));
  expect(await record()).toEqual({ code: 4000, reason: 'done', clean: true, by: 'handler' });
});

test('a paused socket still sees that its peer is gone when it is read again', async () => {
  let release = (): void => {};
  const { port, event, record } = await listening(
    [
      route('/', async ({ in$ }) => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return in$;
      }),
    ],
    { highWater: 2, lowWater: 1 },
  );
  const client = await RawClient.open(port, '/');
  for (let i = 0; i < 10; i++) client.send(op.text, 'x');
  await event('paused');
  client.socket.end();
  release();
  expect(await record()).toMatchObject({ code: 1006, by: 'transport' });
});

test('a socket that holds back its peer still answers Pings while nothing waits', async () => {
  const { port } = await listening([
    route('/', ({ in$ }) =>
      in$.pipe(
        tap(() => {}),
        map(() => NEVER as never),
      ),
    ),
  ]);
  const client = await RawClient.open(port, '/');
  client.write(frame(op.ping, 'a'), frame(op.ping, 'b'));
  expect((await client.frame())?.payload.toString()).toBe('a');
  expect((await client.frame())?.payload.toString()).toBe('b');
});

test('a client of ws that does not read is told 1013 when it reads again', async () => {
  const { url, record } = await listening([route('/', () => interval(0).pipe(map(() => large)))], {
    outCeiling: 256 * 1_024,
    closeTimeout: 1_000,
  });
  const { ws, closed } = await openWs(url('/'));
  ws.pause();
  await new Promise((resolve) => setTimeout(resolve, 150));
  ws.resume();
  expect((await closed).code).toBe(1013);
  expect(await record()).toMatchObject({ code: 1013, clean: true });
});
